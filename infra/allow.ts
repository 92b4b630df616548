import { PolicyStatement, type Conditions } from 'aws-cdk-lib/aws-iam';

/** A statement that allows these actions on these resources, and nothing else. @param conditions @default none */
export function allow(
  actions: string[],
  resources: string | string[],
  conditions: Conditions = {},
): PolicyStatement {
  return new PolicyStatement({ actions, resources: [resources].flat(), conditions });
}

/** The statement, or none where there is nothing to allow it on. */
export const allowAny = (
  actions: string[],
  resources: string[],
  conditions: Conditions = {},
): PolicyStatement[] => (resources.length === 0 ? [] : [allow(actions, resources, conditions)]);

/**
 * For a table whose partition key is a bucket's name: the rows of this bucket, and no others. The second half keeps out a request that
 * names no partition key, such as a Scan, which satisfies any condition on all of none.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export const inPartition = (bucketName: string): Conditions => ({
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [bucketName] },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

/** The same of several partitions, whose names may end in a star: `csv/*` */
export const inPartitions = (names: readonly string[]): Conditions => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': names },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});
