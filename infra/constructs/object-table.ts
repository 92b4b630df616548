import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { RowsKept } from '../../shared/keeps.ts';
import { byStage, type Stage } from '../stage.ts';

export interface ObjectTableProps {
  /** Attributes that hold text. */
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly stage: Stage;
  /** @default a key of DynamoDB's own; in prod the account's key for DynamoDB, whose uses CloudTrail shows */
  readonly encryptionKey: IKey | undefined;
}

/**
 * One row per object. Paid by request, restorable to any second of the last 35 days; tombstones leave by `expires_at`.
 *
 * The older `Table`, not `TableV2`: one Region is wanted, and AWS::DynamoDB::GlobalTable would wrap the same settings in replicas.
 * No local secondary index: with one, DynamoDB could not split a hot bucket by key.
 */
export class ObjectTable extends Table {
  constructor(
    scope: Construct,
    id: string,
    { partitionKey, sortKey, stage, encryptionKey }: ObjectTableProps,
  ) {
    super(scope, id, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey === undefined ? {} : { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(encryptionKey === undefined
        ? byStage(stage, { dev: {}, prod: { encryption: TableEncryption.AWS_MANAGED } })
        : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
      timeToLiveAttribute: 'expires_at',
      deletionProtection: stage.removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy: stage.removalPolicy,
    });
  }

  /** Adds the index that a consumer's `keeps` asks for. One in each deployment: CloudFormation adds no two at once. */
  addRowIndex({ key, index }: RowsKept): void {
    if (index === undefined) return;
    const [objectKey] = Object.entries(key).find(([, template]) => template.includes('{key}')) ?? [];
    this.addGlobalSecondaryIndex({
      indexName: index.name,
      partitionKey: { name: index.attribute, type: AttributeType.STRING },
      sortKey: { name: objectKey!, type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...index.shows],
    });
  }
}
