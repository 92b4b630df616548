import {
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  type GetObjectRetentionCommandInput,
  type ObjectIdentifier,
} from '@aws-sdk/client-s3';
import { concurrently } from '../../shared/concurrency.ts';
import { ifAllowed } from '../fate/if-allowed.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** What a bucket holds that nobody may delete yet. A version may be locked, and held as well. */
export interface LockedVersions {
  /** Locked until a time, held, or both. */
  readonly versions: number;
  /** When the last lock ends; undefined where versions are only held. */
  readonly until: Date | undefined;
  /** Those under compliance, which nobody at all deletes before their time. */
  readonly compliance: { readonly versions: number; readonly until: Date } | undefined;
  /** Those with a legal hold, which nobody deletes before it is taken off, and one of them. */
  readonly held: { readonly versions: number; readonly one: ObjectIdentifier } | undefined;
}

/** `none` of a bucket that can lock no version, `not known` to who may not ask all there is to ask. */
export type Locks = LockedVersions | 'none' | 'not known';

export interface LookForLocks {
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Called with the number of versions asked about so far. */
  readonly onAsked: (versions: number) => void;
}

const ASKED_AT_A_TIME = 16;

/**
 * Asks version by version, since no listing tells: two requests for each, of a bucket that has Object Lock.
 *
 * @param pages the bucket's versions, without delete markers, which are never locked
 */
export async function locksOf(
  pipeline: Pipeline,
  bucket: string,
  pages: AsyncIterable<readonly ObjectIdentifier[]>,
  look: LookForLocks,
): Promise<Locks> {
  const hasLock = await ifAllowed(hasObjectLock(pipeline, bucket));
  if (hasLock !== true) return hasLock === false ? 'none' : 'not known';
  return (await ifAllowed(lockedVersions(pipeline, bucket, pages, look))) ?? 'not known';
}

async function hasObjectLock({ s3 }: Pipeline, bucket: string): Promise<boolean> {
  const answer = await unlessNone(
    s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })),
    'ObjectLockConfigurationNotFoundError',
  );
  return answer?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
}

async function lockedVersions(
  { s3 }: Pipeline,
  bucket: string,
  pages: AsyncIterable<readonly ObjectIdentifier[]>,
  { nowMs, signal, onAsked }: LookForLocks,
): Promise<LockedVersions> {
  let [asked, versions, underCompliance, held] = [0, 0, 0, 0];
  let [lastMs, lastComplianceMs] = [0, 0];
  let one: ObjectIdentifier | undefined;
  for await (const page of pages) {
    await concurrently(page, ASKED_AT_A_TIME, async (version) => {
      signal.throwIfAborted();
      const about = { Bucket: bucket, ...version };
      const [retention, isHeld] = await Promise.all([retentionOf(s3, about), hasLegalHold(s3, about)]);
      asked++;
      onAsked(asked);
      const untilMs = retention?.RetainUntilDate?.getTime() ?? 0;
      const isLocked = untilMs > nowMs;
      if (!isLocked && !isHeld) return;
      versions++;
      if (isHeld) {
        held++;
        one ??= version;
      }
      if (!isLocked) return;
      lastMs = Math.max(lastMs, untilMs);
      if (retention?.Mode !== 'COMPLIANCE') return;
      underCompliance++;
      lastComplianceMs = Math.max(lastComplianceMs, untilMs);
    });
  }
  return {
    versions,
    until: lastMs === 0 ? undefined : new Date(lastMs),
    compliance:
      underCompliance === 0 ? undefined : { versions: underCompliance, until: new Date(lastComplianceMs) },
    held: one === undefined ? undefined : { versions: held, one },
  };
}

/** What S3 answers for a version that is not locked, or gone meanwhile. */
const UNLOCKED = ['NoSuchObjectLockConfiguration', 'NoSuchVersion', 'NoSuchKey'];

const retentionOf = async (s3: Pipeline['s3'], version: GetObjectRetentionCommandInput) =>
  (await unlessNone(s3.send(new GetObjectRetentionCommand(version)), ...UNLOCKED))?.Retention;

const hasLegalHold = async (s3: Pipeline['s3'], version: GetObjectRetentionCommandInput) =>
  (await unlessNone(s3.send(new GetObjectLegalHoldCommand(version)), ...UNLOCKED))?.LegalHold?.Status ===
  'ON';

async function unlessNone<Answer>(
  answer: Promise<Answer>,
  ...names: readonly string[]
): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}
