import { shellWord } from '../terminal/shell-word.ts';
import { plural } from '../terminal/units.ts';
import type { BucketContents } from './empty.ts';

/** Why nothing is deleted, and what to do. */
export interface LockRefusal {
  readonly why: string;
  readonly nextStep: string;
}

/** What keeps a bucket from being emptied: its locks, unless somebody says that they are bypassed, and who bypasses may. */
export function lockRefusal(
  contents: readonly Pick<BucketContents, 'bucket' | 'locks'>[],
  bypassLock: boolean,
): LockRefusal | undefined {
  for (const { bucket, locks } of contents) {
    if (locks === 'none') continue;
    if (locks === 'not known') {
      if (!bypassLock) continue;
      return {
        why: `whether versions in ${bucket} are locked may not be asked with these keys, so that nobody can say what --bypass-lock would delete`,
        nextStep:
          'take keys with s3:GetBucketObjectLockConfiguration, s3:GetObjectRetention and s3:GetObjectLegalHold: the destroyer’s have them; without --bypass-lock what is not locked is deleted',
      };
    }
    const { held, compliance, until, versions } = locks;
    if (held !== undefined) {
      const { Key = '', VersionId = '' } = held.one;
      return {
        why: `${bucket} holds ${plural(held.versions, 'version')} with a legal hold, which nobody deletes before it is taken off`,
        nextStep: `somebody with s3:PutObjectLegalHold takes them off, such as: aws s3api put-object-legal-hold --bucket ${bucket} --key ${shellWord(Key)} --version-id ${VersionId} --legal-hold Status=OFF`,
      };
    }
    if (compliance !== undefined) {
      return {
        why: `${bucket} holds ${plural(compliance.versions, 'version')} locked under compliance, the last until ${compliance.until.toISOString()}, which nobody deletes before`,
        nextStep: 'wait until then, and empty again',
      };
    }
    if (until !== undefined && !bypassLock) {
      return {
        why: `${bucket} holds ${plural(versions, 'locked version')}, the last of them until ${until.toISOString()}`,
        nextStep:
          'wait until then; or sluice empty --bypass-lock deletes them before their time, with s3:BypassGovernanceRetention',
      };
    }
  }
  return undefined;
}
