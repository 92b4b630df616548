import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { checkConsumers } from './checks/consumer-checks.ts';
import type { ConsumerDefinition } from './consumer-definition.ts';
import { complete } from './consumer-kinds.ts';
import { pascalCase } from '../shared/pascal-case.ts';
import { Consumer } from './constructs/consumer.ts';
import { EventArchive } from './constructs/event-archive.ts';
import { IngestBucket } from './constructs/ingest-bucket.ts';
import { ObjectTable } from './constructs/object-table.ts';
import { PipelineDashboard } from './constructs/pipeline-dashboard.ts';
import { OperatorPolicies } from './constructs/operator-policies.ts';
import { PrivateBucket } from './constructs/private-bucket.ts';
import { checkAlarmOn } from './checks/watches-check.ts';
import { checkKeeps } from './checks/keeps-checks.ts';
import { refuseLoops } from './checks/loop.ts';
import type { Stage } from './stage.ts';
import { storesOf, type PipelineStores } from './stores.ts';

export interface PipelineStackProps extends StackProps {
  readonly stage: Stage;
  readonly consumers: readonly ConsumerDefinition[];
}

/** ingest bucket → default bus (→ archive) → consumers → tables and output bucket. One way: nothing writes where it is read from. */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, { stage, consumers: definitions, ...props }: PipelineStackProps) {
    super(scope, id, {
      description: `Sluice (${stage.name}): routes every uploaded object to its consumers`,
      ...props,
    });
    const consumers = definitions.map((definition) => complete(definition, stage));
    checkConsumers(this.stackName, consumers);
    checkAlarmOn(stage, consumers);

    const ingestBucket = new IngestBucket(this, 'IngestBucket', stage);
    const archive = new EventArchive(this, 'EventArchive', { bucket: ingestBucket, stage });

    const outputBucket = new PrivateBucket(this, 'OutputBucket', stage);
    const uploadMetadata = new ObjectTable(this, 'UploadMetadata', {
      partitionKey: 'bucket',
      sortKey: 'object_key',
      stage,
    });
    const processedFiles = new ObjectTable(this, 'ProcessedFiles', { partitionKey: 'file_key', stage });

    const tables = new Map([
      ['UploadMetadataTableName', uploadMetadata],
      ['ProcessedFilesTableName', processedFiles],
      ...consumers.flatMap(({ name, ownTable }): [string, ObjectTable][] => {
        const id = `${pascalCase(name)}Table`;
        return ownTable === undefined
          ? []
          : [[`${id}Name`, new ObjectTable(this, id, { ...ownTable, stage })]];
      }),
    ]);
    const stores: PipelineStores = { ingestBucket, outputBucket, tables };
    refuseLoops(consumers, stores);
    checkKeeps(consumers, stores);
    for (const { keeps } of consumers) {
      if (keeps !== 'nothing' && 'rows' in keeps) tables.get(keeps.rows.table)?.addRowIndex(keeps.rows);
    }
    const built = consumers.map(
      (definition) =>
        new Consumer(this, pascalCase(definition.name), {
          definition,
          stores: storesOf(definition, stores),
          stage,
        }),
    );
    const dashboard = new PipelineDashboard(this, 'Dashboard', built);

    const policies = new OperatorPolicies(this, 'Operator', { stores, archive, consumers: built });

    const outputs = {
      IngestBucketName: ingestBucket.bucketName,
      OutputBucketName: outputBucket.bucketName,
      ...Object.fromEntries([...tables].map(([name, { tableName }]) => [name, tableName])),
      EventArchiveName: archive.archiveName,
      DashboardName: dashboard.dashboardName,
      OperatorReadPolicyArn: policies.read.managedPolicyArn,
      OperatorPolicyArn: policies.act.managedPolicyArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
