import { Stack } from 'aws-cdk-lib';
import type { Conditions, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RowsKept } from '../../shared/keeps.ts';
import { allow, inPartitions } from '../allow.ts';
import type { OperatedPipeline } from './operated-pipeline.ts';

/**
 * What `put` takes under the stage's prefixes, and `ls` and `status` of what lies there. It reads no object, its own neither, no letter and
 * no log.
 *
 * A row is bound as far as IAM can: by the partition key. Where that is the bucket, and the object's key the sort key, every row of the
 * bucket can be read.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function uploaderStatements(scope: Construct, props: OperatedPipeline): PolicyStatement[] {
  const { stage, stores, consumers } = props;
  const { ingestBucket, tables } = stores;
  const prefixes = stage.uploadPrefixes ?? [''];
  const isAnywhere = prefixes.includes('');
  const below: Conditions = isAnywhere
    ? {}
    : { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } };
  return [
    allow(['cloudformation:DescribeStacks'], [Stack.of(scope).stackId]),
    allow(
      ['s3:PutObject', 's3:AbortMultipartUpload'],
      prefixes.map((prefix) => ingestBucket.arnForObjects(`${prefix}*`)),
    ),
    allow(['s3:ListBucket', 's3:ListBucketVersions'], ingestBucket.bucketArn, below),
    // which consumers an object reaches
    allow(
      ['events:DescribeRule'],
      consumers.map(({ rule }) => rule.attrArn),
    ),
    ...consumers.flatMap(({ keeps }) =>
      keeps !== 'nothing' && 'rows' in keeps
        ? [
            allow(
              ['dynamodb:GetItem'],
              tables.get(keeps.rows.table)!.tableArn,
              isAnywhere ? {} : inPartitions(partitionsOf(keeps.rows, ingestBucket.bucketName, prefixes)),
            ),
          ]
        : [],
    ),
  ];
}

/** The partitions that hold rows of objects under the prefixes, with a star where more follows. */
function partitionsOf({ key }: RowsKept, bucketName: string, prefixes: readonly string[]): string[] {
  const [template = ''] = Object.values(key);
  const [before = '', after] = template.replaceAll('{bucket}', bucketName).split('{key}');
  return after === undefined ? [before] : prefixes.map((prefix) => `${before}${prefix}*`);
}
