import { allow, withCode } from '@sluice-pipeline/sluice';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type NotificationFilter, refuseOverlaps } from './notification-filter.ts';

/** Created and removed, markers and expirations included. */
const EVENTS = ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'] as const;

export interface DirectTriggerProps extends StackProps {
  readonly filters: readonly NotificationFilter[];
  /** Another account that may put objects under the filters' prefixes; they belong to this one. @default none */
  readonly uploaderAccountId?: string | undefined;
  /** A bucket of another account that may tell this function of its objects. @default none */
  readonly foreignBucket?: { readonly name: string; readonly accountId: string } | undefined;
  /** The alias of the function that S3 invokes. @default none: its newest code */
  readonly alias?: string | undefined;
}

/**
 * S3 → function, with nothing between: the bucket itself tells the function of each object, asynchronously. Lambda tries
 * an event three times in all; what failed then lies in the queue of failures, with the event and the error.
 */
export class DirectTriggerStack extends Stack {
  constructor(scope: Construct, id: string, props: DirectTriggerProps) {
    super(scope, id, props);
    refuseOverlaps(props.filters);

    const table = new Table(this, 'Table', {
      partitionKey: { name: 'object_key', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const failures = new Queue(this, 'Failures', { retentionPeriod: Duration.days(14), enforceSSL: true });
    const handler = this.#handler(table);
    const target = props.alias === undefined ? handler : handler.addAlias(props.alias);
    target.configureAsyncInvoke({ retryAttempts: 2, onFailure: new SqsDestination(failures) });

    // S3 tries the function when the notification is set up, so its permission comes first. It cannot name the bucket, which
    // would wait for itself: it names how CloudFormation's names for the stack's buckets begin, and the account.
    target.addPermission('AllowBucket', {
      principal: new ServicePrincipal('s3.amazonaws.com'),
      sourceArn: this.#bucketPattern,
      sourceAccount: this.account,
    });
    if (props.foreignBucket !== undefined) {
      // both: a bucket's name may be taken by another account once its owner has given it up
      target.addPermission('AllowForeignBucket', {
        principal: new ServicePrincipal('s3.amazonaws.com'),
        sourceArn: `arn:aws:s3:::${props.foreignBucket.name}`,
        sourceAccount: props.foreignBucket.accountId,
      });
    }
    const bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // what another account uploads belongs to this one, whatever ACL it sends
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { node } = bucket;
    // the property of CloudFormation: `addEventNotification` would add a function of its own to set it
    (node.defaultChild as CfnBucket).notificationConfiguration = {
      lambdaConfigurations: props.filters.flatMap((filter) =>
        EVENTS.map((event) => ({
          event,
          function: target.functionArn,
          filter: { s3Key: { rules: rulesOf(filter) } },
        })),
      ),
    };
    node.addDependency(target.permissionsNode.findChild('AllowBucket'));
    this.#admitUploader(bucket, props);

    for (const [name, value] of Object.entries({
      BucketName: bucket.bucketName,
      TableName: table.tableName,
      FailuresQueueUrl: failures.queueUrl,
      FunctionName: handler.functionName,
    })) {
      new CfnOutput(this, name, { value });
    }
  }

  /** The bucket's name is the stack's in lower case, its logical id, and some letters by CloudFormation. */
  get #bucketPattern(): string {
    return `arn:aws:s3:::${this.stackName.toLowerCase()}-bucket*`;
  }

  #handler(table: Table): Function {
    const handler = withCode(
      this,
      { name: 'order-reader' },
      (code) =>
        new Function(this, 'Function', {
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          code,
          handler: 'index.handler',
          timeout: Duration.seconds(30),
          memorySize: 256,
          logGroup: new LogGroup(this, 'Log', {
            retention: RetentionDays.ONE_MONTH,
            removalPolicy: RemovalPolicy.DESTROY,
          }),
          environment: {
            TABLE_NAME: table.tableName,
            POWERTOOLS_SERVICE_NAME: 'order-reader',
            POWERTOOLS_METRICS_NAMESPACE: this.stackName,
          },
        }),
    );
    for (const statement of [
      allow(['s3:GetObject', 's3:GetObjectVersion'], `${this.#bucketPattern}/*`),
      // without it S3 answers 403, not 404, for an object that is gone
      allow(['s3:ListBucket'], this.#bucketPattern),
      allow(['dynamodb:PutItem'], table.tableArn),
    ]) {
      handler.addToRolePolicy(statement);
    }
    return handler;
  }

  #admitUploader(bucket: Bucket, { filters, uploaderAccountId }: DirectTriggerProps): void {
    if (uploaderAccountId === undefined) return;
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Uploader',
        principals: [new AccountPrincipal(uploaderAccountId)],
        actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
        resources: filters.map(({ prefix = '' }) => bucket.arnForObjects(`${prefix}*`)),
      }),
    );
  }
}

function rulesOf({
  prefix,
  suffix,
}: NotificationFilter): { readonly name: string; readonly value: string }[] {
  return [
    ...(prefix === undefined ? [] : [{ name: 'prefix', value: prefix }]),
    ...(suffix === undefined ? [] : [{ name: 'suffix', value: suffix }]),
  ];
}
