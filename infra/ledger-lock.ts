import { Annotations } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct, Node } from 'constructs';
import type { Keeps } from '../shared/keeps.ts';
import { allow } from './allow.ts';
import { flagFrom } from './flag-context.ts';

/** S3's own limit: a hundred years. */
const MOST_DAYS = 36_500;

/** For how long no version of the ledger's objects is deleted (S3 Object Lock, mode governance). */
export interface LedgerLock {
  /** Days from the writing of each object, 1-36,500. */
  readonly days: number;
  /** Whether the lock is switched on in an output bucket that was deployed without it. @default the bucket is made with it */
  readonly isInPlace?: true;
}

/**
 * What the CDK context says of it: `-c ledgerLock=365`, and `-c ledgerLockInPlace=true` for a stack that was deployed without.
 *
 * @returns undefined where it says nothing: no object is locked
 * @throws Error naming what the context holds and what it may
 */
export function ledgerLockFrom(node: Node): LedgerLock | undefined {
  // a number in cdk.json, text from the command line
  const said: unknown = node.tryGetContext('ledgerLock');
  const isInPlace = flagFrom(node, 'ledgerLockInPlace');
  if (said === undefined) {
    if (isInPlace !== true) return undefined;
    throw refusal(
      'ledgerLockInPlace',
      isInPlace,
      'it says how the ledger is locked, and nothing locks it; add -c ledgerLock=DAYS',
    );
  }
  const days = typeof said === 'string' && /^\d+$/.test(said) ? Number(said) : said;
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 1 || days > MOST_DAYS) {
    throw refusal(
      'ledgerLock',
      said,
      `it must be a whole number of days, 1 to ${MOST_DAYS}, such as 365; without it nothing is locked`,
    );
  }
  return { days, ...(isInPlace === true && { isInPlace }) };
}

function refusal(name: string, value: unknown, what: string): Error {
  return new Error(`context ${name} is ${JSON.stringify(value)}: ${what}`);
}

/**
 * Lets versions of the bucket be locked; no object is by itself, so that what consumers keep there beside the ledger stays free.
 *
 * CloudFormation makes a bucket anew for `ObjectLockEnabled`, and changes it in place for the configuration alone.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-configure.html
 */
export function switchLockOn(bucket: CfnBucket, { isInPlace }: LedgerLock): void {
  if (isInPlace !== true) bucket.objectLockEnabled = true;
  bucket.objectLockConfiguration = { objectLockEnabled: 'Enabled' };
}

/** A lock without a ledger locks nothing, and its bucket has Object Lock for good. The context is every pipeline's of an app, and so no error. */
export function warnOfNothingLocked(
  scope: Construct,
  { ledgerLock }: { readonly ledgerLock?: LedgerLock },
  consumers: readonly { readonly keeps: Keeps }[],
): void {
  const isLocking = consumers.some(
    ({ keeps }) => keeps !== 'nothing' && 'lines' in keeps && keeps.lockDays !== undefined,
  );
  if (ledgerLock === undefined || isLocking) return;
  Annotations.of(scope).addWarningV2(
    'sluice:ledger-lock',
    `context ledgerLock is ${ledgerLock.days}, and no consumer of this pipeline keeps lines that are locked: add one whose keeps says lockDays, or leave ledgerLock out`,
  );
}

/**
 * What the ledger's writer needs to lock what it puts, and how it is bounded: whoever has its keys locks nothing for much longer, and
 * nothing under compliance, which nobody could delete before its time.
 */
export function lockingStatements({ days }: LedgerLock, objects: string): readonly PolicyStatement[] {
  const deny = (conditions: Record<string, Record<string, string>>): PolicyStatement =>
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['s3:PutObjectRetention'],
      resources: [objects],
      conditions,
    });
  return [
    allow(['s3:PutObjectRetention'], objects),
    deny({ StringEquals: { 's3:object-lock-mode': 'COMPLIANCE' } }),
    // a day more, for clocks that differ
    deny({ NumericGreaterThan: { 's3:object-lock-remaining-retention-days': String(days + 1) } }),
  ];
}
