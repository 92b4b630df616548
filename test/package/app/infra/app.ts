import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  allow,
  csvRowCounter,
  metadataWriter,
  ObjectPipeline,
  type ConsumerEntry,
} from '@sluice-pipeline/sluice';

const noter: ConsumerEntry = () => ({
  name: 'noter',
  pattern: { 'detail-type': ['Object Created'], detail: { object: { key: [{ prefix: 'csv/' }] } } },
  keeps: { rows: { table: 'NoterTableName', key: { object_key: '{key}' } } },
  ownTable: { partitionKey: 'object_key' },
  environment: ({ table }) => ({ TABLE_NAME: table.tableName }),
  grants: ({ table }) => [allow(['dynamodb:PutItem'], table.tableArn)],
});

const teller: ConsumerEntry = () => ({
  name: 'teller',
  handler: 'lambdas/teller.ts',
  pattern: { 'detail-type': ['Object Created'], detail: { object: { key: [{ suffix: '.csv' }] } } },
  keeps: 'nothing',
});

const app = new App();
new Topic(new Stack(app, 'News'), 'Letters');

const stack = new Stack(app, 'Shop');
new Topic(stack, 'Alerts');
new StateMachine(stack, 'Night', { definitionBody: DefinitionBody.fromChainable(new Pass(stack, 'Done')) });
new ObjectPipeline(stack, 'Uploads', {
  bucket: Bucket.fromBucketName(stack, 'Existing', 'shop-uploads'),
  bucketVersioned: true,
  consumers: [metadataWriter, csvRowCounter, noter, teller],
});
