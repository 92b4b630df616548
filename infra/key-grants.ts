import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { allow } from './allow.ts';
import { allowsAction, covers } from './allows.ts';
import type { AnyBucket } from './any-bucket.ts';

/** What S3 asks of the key for somebody who reads an object, and for somebody who writes one: a part of an upload is read again. */
const NEEDED = [
  { actions: ['s3:GetObject', 's3:GetObjectVersion'], keyActions: ['kms:Decrypt'] },
  { actions: ['s3:PutObject'], keyActions: ['kms:Decrypt', 'kms:GenerateDataKey'] },
];

/**
 * What statements about objects need besides, where a key of KMS encrypts the bucket: the use of that key, and of no other. Without it
 * S3 answers AccessDenied to a read or write that the statements allow.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 */
export function keyGrants(
  statements: readonly PolicyStatement[],
  buckets: readonly AnyBucket[],
): readonly PolicyStatement[] {
  return buckets.flatMap((bucket) => {
    const { encryptionKey } = bucket;
    if (encryptionKey === undefined) return [];
    const actions = NEEDED.flatMap(({ actions, keyActions }) =>
      statements.some((statement) => actions.some((action) => mayDo(statement, action, bucket)))
        ? keyActions
        : [],
    );
    return actions.length === 0 ? [] : [allow([...new Set(actions)].toSorted(), encryptionKey.keyArn)];
  });
}

/** Whether the statement allows the action on any object of the bucket. */
function mayDo(statement: PolicyStatement, action: string, bucket: AnyBucket): boolean {
  const objects = bucket.arnForObjects('');
  return (
    allowsAction(statement, action) &&
    statement.resources.some((one) => one.startsWith(objects) || covers(one, objects))
  );
}
