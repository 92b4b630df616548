import { describe, expect, test } from 'vitest';
import type { CurrentObject } from '../../../cli/objects/current-objects.ts';
import type { Reach } from '../../../cli/pipeline/routing.ts';
import { classOf, isAgreement, isFinding, type Judgement } from '../../../cli/verify/finding.ts';
import type { ObjectRow } from '../../../cli/verify/object-rows.ts';

const OBJECT: CurrentObject = {
  key: 'a.csv',
  versionId: 'v2',
  isDeleteMarker: false,
  etag: 'e2',
  lastModified: '2026-11-01T00:00:00.000Z',
};

const row = (change: Partial<ObjectRow> = {}): ObjectRow => ({
  key: 'a.csv',
  versionId: 'v2',
  isDeleted: false,
  ...change,
});

const tombstone = row({ isDeleted: true });

describe('a key that the consumer wants', () => {
  test.each<[what: string, object: CurrentObject | undefined, row: ObjectRow | undefined, found: string]>([
    ['of the same version', OBJECT, row(), 'recorded'],
    ['of another version', OBJECT, row({ versionId: 'v1' }), 'stale'],
    ['of another version, though of the same content', OBJECT, row({ versionId: 'v1', etag: 'e2' }), 'stale'],
    [
      'that tells no version, and the same ETag',
      OBJECT,
      { key: 'a.csv', isDeleted: false, etag: 'e2' },
      'recorded',
    ],
    [
      'that tells no version, and another ETag',
      OBJECT,
      { key: 'a.csv', isDeleted: false, etag: 'e1' },
      'stale',
    ],
    ['that says the content was gone', OBJECT, row({ status: 'object-gone' }), 'stale'],
    ['that says the content was malformed', OBJECT, row({ status: 'malformed-csv' }), 'recorded'],
    ['that says it is deleted', OBJECT, tombstone, 'tombstoned-but-present'],
    ['that is none', OBJECT, undefined, 'missing'],
    ['of an object that is gone', undefined, row(), 'present-but-gone'],
    ['that says it is deleted, as it is', undefined, tombstone, 'recorded'],
    ['that is none of an object that is none', undefined, undefined, 'recorded'],
  ])('and a row %s', (_, object, found, expected) => {
    expect(classOf(object, found, 'wanted')).toBe(expected);
  });

  test('is called by the consumer’s own word where its row lacks the current version', () => {
    const lacking = [undefined, tombstone, row({ versionId: 'v1' }), row({ status: 'object-gone' })];

    expect(lacking.map((one) => classOf(OBJECT, one, 'wanted', 'not-counted'))).toEqual(
      lacking.map(() => 'not-counted'),
    );
    expect(classOf(OBJECT, row(), 'wanted', 'not-counted')).toBe('recorded');
    expect(classOf(undefined, row(), 'wanted', 'not-counted')).toBe('present-but-gone');
  });
});

describe.each<Reach>(['skipped', 'not-matched'])('a key that is %s', (reach) => {
  test('is so with no row, or with one that says it is deleted', () => {
    expect(classOf(OBJECT, undefined, reach)).toBe(reach);
    expect(classOf(OBJECT, tombstone, reach)).toBe(reach);
    expect(classOf(undefined, undefined, reach)).toBe(reach);
  });

  test('with a live row is foreign, whatever the consumer calls a lack', () => {
    expect(classOf(OBJECT, row(), reach, 'not-counted')).toBe('foreign');
    expect(classOf(undefined, row(), reach)).toBe('foreign');
  });
});

const judgement = (found: Judgement['class']): Judgement => ({
  class: found,
  consumer: 'one',
  bucket: 'ingest',
  key: 'a.csv',
  object: null,
  row: null,
});

describe('a judgement', () => {
  test.each(['recorded', 'pending', 'unread', 'skipped', 'not-matched'] as const)(
    '%s is no finding',
    (found) => {
      expect([isAgreement(found), isFinding(judgement(found))]).toEqual([true, false]);
    },
  );

  test.each([
    'missing',
    'stale',
    'tombstoned-but-present',
    'present-but-gone',
    'foreign',
    'not-counted',
    'ahead',
    'waiting',
    'dead-lettered',
  ] as const)('%s is a finding', (found) => {
    expect([isAgreement(found), isFinding(judgement(found))]).toEqual([false, true]);
  });
});
