import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { allow } from './allow.ts';
import { allowsAction, covers } from './allows.ts';
import type { AnyBucket } from './any-bucket.ts';
import type { AnyTable } from './any-table.ts';

/** What a key of KMS encrypts, or none does. */
export interface Encrypted {
  /** What statements about it name, or its beginning: ARN of a queue or a table, that of a bucket's objects. */
  readonly arn: string;
  readonly encryptionKey: IKey | undefined;
}

export const encryptedBucket = (bucket: AnyBucket): Encrypted => ({
  arn: bucket.arnForObjects(''),
  encryptionKey: bucket.encryptionKey,
});

export const encryptedTable = ({ tableArn, encryptionKey }: AnyTable): Encrypted => ({
  arn: tableArn,
  encryptionKey,
});

export const encryptedQueue = ({ queueArn, encryptionMasterKey }: IQueue): Encrypted => ({
  arn: queueArn,
  encryptionKey: encryptionMasterKey,
});

/** What a service asks of the key for somebody who reads, and for somebody who writes: a part of an upload is read again. */
const NEEDED = [
  { actions: ['s3:GetObject', 's3:GetObjectVersion', 'sqs:ReceiveMessage'], keyActions: ['kms:Decrypt'] },
  {
    actions: ['s3:PutObject', 'sqs:SendMessage', 'sqs:StartMessageMoveTask'],
    keyActions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  },
  {
    actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:Scan'],
    keyActions: ['kms:Decrypt', 'kms:DescribeKey'],
  },
  {
    actions: ['dynamodb:PutItem'],
    keyActions: [
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
  },
];

/**
 * What the statements need besides, where keys of KMS encrypt what they are about: the use of those keys, and of no other. Without it
 * the service answers AccessDenied to a read or write that the statements allow.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
export function keyGrants(
  statements: readonly PolicyStatement[],
  encrypted: readonly Encrypted[],
): readonly PolicyStatement[] {
  const used = new Map<string, Set<string>>();
  for (const one of encrypted) {
    if (one.encryptionKey === undefined) continue;
    const { keyArn } = one.encryptionKey;
    for (const { actions, keyActions } of NEEDED) {
      if (!statements.some((statement) => actions.some((action) => mayDo(statement, action, one)))) continue;
      used.set(keyArn, new Set([...(used.get(keyArn) ?? []), ...keyActions]));
    }
  }
  return [...used].map(([keyArn, actions]) => allow([...actions].toSorted(), keyArn));
}

/** Whether the statement allows the action there, on one object of a bucket at least. */
function mayDo(statement: PolicyStatement, action: string, { arn }: Encrypted): boolean {
  return (
    allowsAction(statement, action) &&
    statement.resources.some((one) => one.startsWith(arn) || covers(one, arn))
  );
}
