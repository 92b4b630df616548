import { describe, expect, test } from 'vitest';
import {
  eventsOf,
  explainArgs,
  objectIn,
  removeArgs,
  replayWindow,
  sendAgainArgs,
  statusArgs,
} from '../../../../../cli/console/page/object/object-question.ts';
import type { ObjectDocument } from '../../../../../cli/console/page/object/timeline.ts';

const documentOf = (isDeleteMarker: boolean, ...versionIds: readonly string[]): ObjectDocument => {
  const version = {
    versionId: 'v1',
    isLatest: true,
    isDeleteMarker,
    lastModified: '2026-11-20T12:00:00.607Z',
  };
  return {
    schemaVersion: 1,
    verb: 'status object',
    target: { kind: 'local', account: '1', region: 'r', stack: 's' },
    bucket: 'b',
    key: 'a',
    version,
    versions: [version],
    events: versionIds.map((id) => ({ detail: { object: { key: 'a', 'version-id': id } } })),
    consumers: [],
  };
};

describe('the address of an object', () => {
  test.each(['__proto__', '-', '--yes', '../a', 'a b+%#?&=.csv', 's3://other/x', '\u202e'])(
    'leads to the key %j, whatever it looks like, and its commands too',
    (key) => {
      const question = objectIn(new URLSearchParams({ key }));

      expect(question).toEqual({ key, version: undefined });
      expect(statusArgs(question!, 'b')).toEqual(['status', '--', `s3://b/${key}`]);
      expect(removeArgs(key, 'b')).toEqual(['rm', '--', `s3://b/${key}`]);
      expect(sendAgainArgs(key, 'c')).toEqual(['backfill', `--key=${key}`, '--consumer', 'c']);
    },
  );

  test('names a version, and needs a key', () => {
    expect(objectIn(new URLSearchParams('key=a&version=v2'))).toEqual({ key: 'a', version: 'v2' });
    expect(objectIn(new URLSearchParams('version=v2'))).toBeUndefined();
    expect(statusArgs({ key: 'a', version: '-v' }, 'b')).toEqual([
      'status',
      '--version-id=-v',
      '--',
      's3://b/a',
    ]);
  });
});

describe('why the rules want an object', () => {
  const question = { key: 'a', version: undefined };

  test('is asked of its own event, where the archive has one of this version', () => {
    const document = documentOf(false, 'v0', 'v1');

    expect(eventsOf(document)).toEqual([{ detail: { object: { key: 'a', 'version-id': 'v1' } } }]);
    expect(explainArgs(question, 'b', document)).toEqual([
      'explain',
      '--',
      '{"detail":{"object":{"key":"a","version-id":"v1"}}}',
    ]);
  });

  test('is asked of the event that S3 would send, where the archive has none', () => {
    expect(explainArgs(question, 'b', documentOf(false, 'v0'))).toEqual(['explain', '--', 's3://b/a']);
    expect(explainArgs(question, 'b', documentOf(true))).toEqual(['explain', '--deleted', '--', 's3://b/a']);
    expect(explainArgs(question, 'b', undefined)).toEqual(['explain', '--', 's3://b/a']);
  });
});

test('the replay of an object’s event takes in its whole second', () => {
  expect(replayWindow('2026-11-20T12:00:00.607Z')).toEqual({
    since: '2026-11-20T11:59:59.000Z',
    until: '2026-11-20T12:00:02.000Z',
  });
});
