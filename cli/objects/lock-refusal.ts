import { shellWord } from '../terminal/shell-word.ts';
import { countText, plural } from '../terminal/units.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import type { BucketContents } from './empty.ts';
import type { LockedVersions } from './locked-versions.ts';

/** Why nothing is deleted, and what to do. */
export interface LockRefusal {
  readonly why: string;
  readonly nextStep: string;
}

/** What keeps buckets from being emptied: all of their locks, but those that somebody says are bypassed. */
export function lockRefusal(
  contents: readonly Pick<BucketContents, 'bucket' | 'locks'>[],
  bypassLock: boolean,
): LockRefusal | undefined {
  const refusals = contents.flatMap(({ bucket, locks }) => {
    if (locks === 'none') return [];
    return locks === 'not known' ? [notKnown(bucket)] : refusalsOf(bucket, locks, bypassLock);
  });
  if (refusals.length === 0) return undefined;
  return {
    why: refusals.map(({ why }) => why).join('; '),
    nextStep: [...new Set(refusals.map(({ nextStep }) => nextStep))].join('\n    '),
  };
}

const notKnown = (bucket: string): LockRefusal => ({
  why: `whether versions in ${bucket} are locked may not be asked with these keys`,
  nextStep:
    'the destroyer’s policy of the stack lets it be asked: deploy the stack again where its policy is older, or take keys with s3:GetBucketObjectLockConfiguration, s3:GetObjectRetention and s3:GetObjectLegalHold',
});

function refusalsOf(
  bucket: string,
  { held, compliance, until, versions }: LockedVersions,
  bypassLock: boolean,
): LockRefusal[] {
  const refusals: LockRefusal[] = [];
  if (held !== undefined) {
    refusals.push({
      why: `${bucket} holds ${plural(held.versions, 'version')} with a legal hold, which nobody deletes before it is taken off`,
      nextStep: `somebody with s3:PutObjectLegalHold takes ${held.versions === 1 ? 'it' : 'each of them'} off: ${takingOff(bucket, held.one)}`,
    });
  }
  if (compliance !== undefined) {
    refusals.push({
      why: `${bucket} holds ${plural(compliance.versions, 'version')} locked under compliance, the last until ${compliance.until.toISOString()}, which nobody deletes before`,
      nextStep: `wait until ${compliance.until.toISOString()}`,
    });
  }
  if (until !== undefined && !bypassLock && until.getTime() !== compliance?.until.getTime()) {
    refusals.push({
      why: `${bucket} holds ${plural(versions, 'locked version')}, the last of them until ${until.toISOString()}`,
      nextStep:
        'wait until then; or sluice empty --bypass-lock deletes them before their time, with s3:BypassGovernanceRetention',
    });
  }
  return refusals;
}

/** A key that a shell could not be given as it is shown is named, without a command. */
function takingOff(
  bucket: string,
  { Key = '', VersionId = '' }: NonNullable<LockedVersions['held']>['one'],
): string {
  const isPlain = terminalText(Key) === Key && !/^fileb?:/.test(Key);
  return isPlain
    ? `aws s3api put-object-legal-hold --bucket ${bucket} --key=${shellWord(Key)} --version-id=${VersionId} --legal-hold Status=OFF`
    : `one is version ${VersionId} of the key ${terminalText(JSON.stringify(Key))}`;
}

/** What is deleted from one bucket is an event each, of which a locked ledger writes a line to the other, locked anew. */
export function newLinesRefusal(
  { ingestBucket, outputBucket }: { readonly ingestBucket: string; readonly outputBucket: string },
  deleted: number,
  writers: readonly { readonly ruleName: string; readonly name: string; readonly lockDays: number }[],
): LockRefusal | undefined {
  const [writer] = writers;
  if (writer === undefined || deleted === 0) return undefined;
  return {
    why: `of each of the ${countText(deleted)} deleted from ${ingestBucket} ${writer.name} writes a line to ${outputBucket}, locked for ${plural(writer.lockDays, 'day')}`,
    nextStep: `an operator disables its rule before: aws events disable-rule --name ${writer.ruleName}; or sluice empty --bypass-lock deletes those lines too`,
  };
}
