import { describe, expect, test } from 'vitest';
import { lockRefusal, newLinesRefusal } from '../../../cli/objects/lock-refusal.ts';
import type { LockedVersions } from '../../../cli/objects/locked-versions.ts';

const NONE: LockedVersions = { versions: 0, until: undefined, compliance: undefined, held: undefined };
const until = new Date('2027-11-27T00:00:00Z');
const [governance, compliance] = [
  { ...NONE, versions: 3, until },
  { ...NONE, versions: 3, until, compliance: { versions: 1, until: new Date('2027-01-01T00:00:00Z') } },
];
const held = (versions: number, Key: string): LockedVersions => ({
  ...NONE,
  versions,
  held: { versions, one: { Key, VersionId: 'v1' } },
});
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

  test('is a lock under compliance until that one ends, bypassed too', () => {
    expect(refusalOf(compliance, true)).toEqual({
      why: 'output holds 1 version locked under compliance, the last until 2027-01-01T00:00:00.000Z, which nobody deletes before',
      nextStep: 'wait until 2027-01-01T00:00:00.000Z',
    });
  });

  test.each([false, true])('is a legal hold, with how it is taken off, bypassed (%s)', (bypassLock) => {
    expect(refusalOf(held(2, "led ger/it's.ndjson"), bypassLock)).toEqual({
      why: 'output holds 2 versions with a legal hold, which nobody deletes before it is taken off',
      nextStep:
        "somebody with s3:PutObjectLegalHold takes each of them off: aws s3api put-object-legal-hold --bucket output --key='led ger/it'\\''s.ndjson' --version-id=v1 --legal-hold Status=OFF",
    });
  });

  test('is a hold of a key that no shell takes as it is shown, which is named alone', () => {
    expect(refusalOf(held(1, '-odd'), true)?.nextStep).toContain(' --key=-odd ');
    for (const [key, shown] of [
      ['a\nb', 'v1 of the key "a\\nb"'],
      ['\u202eabc', 'v1 of the key "\\u202eabc"'],
      ['file:///etc/hosts', 'v1 of the key "file:///etc/hosts"'],
    ] as const) {
      expect(refusalOf(held(1, key), true)?.nextStep).toBe(
        `somebody with s3:PutObjectLegalHold takes it off: one is version ${shown}`,
      );
    }
  });

  test('is that nobody may ask, bypassed or not', () => {
    for (const bypassLock of [false, true]) {
      expect(refusalOf('not known', bypassLock)?.why).toContain(
        'whether versions in output are locked may not be asked',
      );
    }
  });

  test('is all of it at once', () => {
    const all = { ...compliance, held: held(1, 'a').held };

    expect(refusalOf(all, false)?.why.split('; ')).toEqual([
      'output holds 1 version with a legal hold, which nobody deletes before it is taken off',
      'output holds 1 version locked under compliance, the last until 2027-01-01T00:00:00.000Z, which nobody deletes before',
      'output holds 3 locked versions, the last of them until 2027-11-27T00:00:00.000Z',
    ]);
  });
});

describe('what is deleted beside a locked ledger', () => {
  const buckets = { ingestBucket: 'ingest', outputBucket: 'output' };
  const writer = { name: 'writer', ruleName: 'rule', lockDays: 7 };

  test('makes new locked lines, unless its rule is disabled or there is nothing to delete', () => {
    expect(newLinesRefusal(buckets, 2, [writer])).toEqual({
      why: 'of each of the 2 deleted from ingest writer writes a line to output, locked for 7 days',
      nextStep:
        'an operator disables its rule before: aws events disable-rule --name rule; or sluice empty --bypass-lock deletes those lines too',
    });
    expect(newLinesRefusal(buckets, 2, [])).toBeUndefined();
    expect(newLinesRefusal(buckets, 0, [writer])).toBeUndefined();
  });
});
