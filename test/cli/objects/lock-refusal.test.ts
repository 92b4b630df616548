import { describe, expect, test } from 'vitest';
import { lockRefusal } from '../../../cli/objects/lock-refusal.ts';
import type { LockedVersions } from '../../../cli/objects/locked-versions.ts';

const NONE: LockedVersions = { versions: 0, until: undefined, compliance: undefined, held: undefined };
const until = new Date('2027-11-27T00:00:00Z');
const [governance, compliance, held] = [
  { ...NONE, versions: 3, until },
  { ...NONE, versions: 3, until, compliance: { versions: 1, until: new Date('2027-01-01T00:00:00Z') } },
  { ...NONE, versions: 2, held: { versions: 2, one: { Key: "led ger/it's.ndjson", VersionId: 'v1' } } },
];
const refusalOf = (locks: Parameters<typeof lockRefusal>[0][number]['locks'], bypassLock: boolean) =>
  lockRefusal(
    [
      { bucket: 'ingest', locks: 'none' },
      { bucket: 'output', locks },
    ],
    bypassLock,
  );

describe('what keeps a bucket from being emptied', () => {
  test.each([
    ['nothing that can be locked', 'none' as const],
    ['no lock any more', NONE],
  ])('is nothing where there is %s', (_, locks) => {
    expect([refusalOf(locks, false), refusalOf(locks, true)]).toEqual([undefined, undefined]);
  });

  test('is a lock under governance, unless somebody says that it is bypassed', () => {
    expect(refusalOf(governance, false)).toMatchObject({
      why: 'output holds 3 locked versions, the last of them until 2027-11-27T00:00:00.000Z',
      nextStep: expect.stringContaining('--bypass-lock') as string,
    });
    expect(refusalOf(governance, true)).toBeUndefined();
  });

  test.each([false, true])('is a lock under compliance until that one ends, bypassed (%s)', (bypassLock) => {
    expect(refusalOf(compliance, bypassLock)?.why).toBe(
      'output holds 1 version locked under compliance, the last until 2027-01-01T00:00:00.000Z, which nobody deletes before',
    );
  });

  test.each([false, true])('is a legal hold, with how it is taken off, bypassed (%s)', (bypassLock) => {
    expect(refusalOf(held, bypassLock)).toEqual({
      why: 'output holds 2 versions with a legal hold, which nobody deletes before it is taken off',
      nextStep:
        "somebody with s3:PutObjectLegalHold takes them off, such as: aws s3api put-object-legal-hold --bucket output --key 'led ger/it'\\''s.ndjson' --version-id v1 --legal-hold Status=OFF",
    });
  });

  test('is that nobody may ask, where a lock is to be bypassed', () => {
    expect(refusalOf('not known', false)).toBeUndefined();
    expect(refusalOf('not known', true)?.why).toContain(
      'whether versions in output are locked may not be asked',
    );
  });
});
