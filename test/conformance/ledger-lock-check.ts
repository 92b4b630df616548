import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { lineEvidence } from '../../cli/fate/kept-lines.ts';
import { versionsOf } from '../../cli/objects/object-versions.ts';
import { linesIn } from '../../cli/pipeline/ledger-line.ts';
import { differs, notLookedAt, patiently, type Bench, type Check } from './belief.ts';

const DAY_MS = 86_400_000;

export const LEDGER_LOCK_CHECK: Check = {
  belief:
    'a line of a locked ledger is under governance for the days that the stack says, give or take half a day, and a delete of its version is refused without a bypass',
  async run(bench) {
    const { s3, outputs, prefix, put } = bench;
    const Bucket = outputs['OutputBucketName'] ?? '';
    if (!(await hasObjectLock(s3, Bucket))) {
      return notLookedAt('the output bucket has no Object Lock; look at a stack with -c ledgerLock=DAYS');
    }
    const days = await lockDays(bench);
    if (days === undefined) {
      return notLookedAt('the output bucket has Object Lock, and the stack no -c ledgerLock=DAYS');
    }
    const key = `${prefix}locked.txt`;
    await put(key);
    const Key = await objectOfLine(bench, key);
    const { Body, LastModified, VersionId } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }));
    const lockedMs = (Retention?.RetainUntilDate?.getTime() ?? 0) - (LastModified?.getTime() ?? 0);
    if (Retention?.Mode !== 'GOVERNANCE' || Math.abs(lockedMs - days * DAY_MS) > DAY_MS / 2) {
      return differs(false, { days, Retention, LastModified });
    }
    const { lines } = linesIn((await Body?.transformToString()) ?? '', { object: Key, writtenMs: 0 });
    // were it not refused, lines of others would be gone
    if (lines.some((line) => !line.key.startsWith(prefix))) {
      return notLookedAt(
        'its retention is as believed, and its object holds lines of others too: run it while nothing else is uploaded',
      );
    }
    const refusal = await s3
      .send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
      .then(() => 'it was deleted', String);
    // who may not delete at all is told AccessDenied too, and nothing of a lock
    return differs(/^AccessDenied: .*object lock/i.test(refusal), refusal);
  },
};

async function hasObjectLock(s3: S3Client, Bucket: string): Promise<boolean> {
  try {
    const { ObjectLockConfiguration } = await s3.send(new GetObjectLockConfigurationCommand({ Bucket }));
    return ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
  } catch (error) {
    if ((error as Error).name === 'ObjectLockConfigurationNotFoundError') return false;
    throw error;
  }
}

/** What the function that writes the ledger was given. */
async function lockDays({ lambda, outputs }: Bench): Promise<number | undefined> {
  const { Environment } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: outputs['LedgerExporterFunctionName'] }),
  );
  const days = Environment?.Variables?.['LEDGER_LOCK_DAYS'];
  return days === undefined ? undefined : Number(days);
}

/** The key of the ledger's object that has the line of an upload: it waits for its batch. */
async function objectOfLine({ s3, outputs }: Bench, key: string): Promise<string> {
  const [ingestBucket = '', outputBucket = ''] = [outputs['IngestBucketName'], outputs['OutputBucketName']];
  const versions = await versionsOf({ s3, ingestBucket }, key);
  return await patiently(`the line of ${key}`, async () => {
    const { stored } = await lineEvidence({ s3, outputBucket }, 'ledger/', {
      key,
      version: versions[0]!,
      versions,
    });
    return stored === undefined ? undefined : String(stored['ledger_object']);
  });
}
