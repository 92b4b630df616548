import {
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { concurrently } from '../../shared/concurrency.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** What a bucket holds that nobody may delete yet. */
export interface LockedVersions {
  readonly versions: number;
  /** Those under compliance, which nobody at all deletes before their time. */
  readonly underCompliance: number;
  /** When the last of them may go. */
  readonly until: Date | undefined;
}

const ASKED_AT_A_TIME = 16;

/** Whether versions of the bucket can be locked. @throws S3ServiceException `AccessDenied` for who may not ask */
export async function hasObjectLock({ s3 }: Pipeline, bucket: string): Promise<boolean> {
  try {
    const answer = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }));
    return answer?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
  } catch (error) {
    if (isNamed(error, 'ObjectLockConfigurationNotFoundError')) return false;
    throw error;
  }
}

/** Asks version by version, since no listing tells: one request for each. */
export async function lockedVersions(
  { s3 }: Pipeline,
  bucket: string,
  pages: AsyncIterable<readonly ObjectIdentifier[]>,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<LockedVersions> {
  let [versions, underCompliance, lastMs] = [0, 0, 0];
  for await (const page of pages) {
    await concurrently(page, ASKED_AT_A_TIME, async ({ Key, VersionId }) => {
      signal.throwIfAborted();
      const retention = await retentionOf(s3, { Bucket: bucket, Key, VersionId });
      const untilMs = retention?.RetainUntilDate?.getTime() ?? 0;
      if (untilMs <= nowMs) return;
      versions++;
      if (retention?.Mode === 'COMPLIANCE') underCompliance++;
      lastMs = Math.max(lastMs, untilMs);
    });
  }
  return { versions, underCompliance, until: versions === 0 ? undefined : new Date(lastMs) };
}

async function retentionOf(
  s3: Pipeline['s3'],
  version: ConstructorParameters<typeof GetObjectRetentionCommand>[0],
) {
  try {
    return (await s3.send(new GetObjectRetentionCommand(version))).Retention;
  } catch (error) {
    // not locked, or gone meanwhile
    if (
      isNamed(error, 'NoSuchObjectLockConfiguration') ||
      isNamed(error, 'NoSuchVersion') ||
      isNamed(error, 'NoSuchKey')
    ) {
      return undefined;
    }
    throw error;
  }
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
