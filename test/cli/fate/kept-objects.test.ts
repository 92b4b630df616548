import { ListObjectsV2Command, type ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, test } from 'vitest';
import { objectEvidence } from '../../../cli/fate/kept-objects.ts';
import type { ObjectVersion } from '../../../cli/objects/object-versions.ts';
import { resetMocks, s3 } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const VERSION: ObjectVersion = {
  versionId: 'v2',
  isLatest: true,
  isDeleteMarker: false,
  lastModified: '2026-11-20T11:00:00.900Z',
};

/** The output bucket holds these, and answers as many as are asked for. */
function outputHolds(keys: readonly string[], at = '2026-11-20T11:00:00Z'): void {
  s3.on(ListObjectsV2Command).callsFake(({ Prefix = '', MaxKeys = 1_000 }: ListObjectsV2CommandInput) => ({
    Contents: keys
      .filter((key) => key.startsWith(Prefix))
      .toSorted()
      .slice(0, MaxKeys)
      .map((key) => ({ Key: encodeURIComponent(key), LastModified: new Date(at) })),
  }));
}

const evidence = (change: Partial<ObjectVersion> = {}) =>
  objectEvidence(mockedPipeline(), 'rejects/', {
    key: 'a b',
    version: { ...VERSION, ...change },
    versions: [],
  });

const keptKeys = async () => {
  const { stored } = await evidence();
  return (stored?.['objects'] as readonly { key: string }[] | undefined)?.map(({ key }) => key);
};

describe('what is kept of a key', () => {
  test('lies at its name, or at names that go on with a dot or a slash', async () => {
    outputHolds([
      'rejects/a b',
      'rejects/a b.jpg',
      'rejects/a b/1',
      'rejects/a b-not',
      'rejects/a bc',
      'a b',
    ]);

    expect(await keptKeys()).toEqual(['rejects/a b', 'rejects/a b.jpg', 'rejects/a b/1']);
  });

  test('is found though ten other names come between', async () => {
    outputHolds([
      ...Array.from({ length: 12 }, (_, index) => `rejects/a b ${index}`),
      'rejects/a b',
      'rejects/a b/1',
    ]);

    expect(await keptKeys()).toEqual(['rejects/a b', 'rejects/a b/1']);
  });

  test('is listed up to ten', async () => {
    outputHolds(Array.from({ length: 11 }, (_, index) => `rejects/a b/${index}`));

    expect(await keptKeys()).toHaveLength(10);
  });

  test.each<[what: string, at: string, version: Partial<ObjectVersion>, shows: string]>([
    ['written in the same second', '2026-11-20T11:00:00Z', {}, 'this'],
    ['written before', '2026-11-20T10:59:59Z', {}, 'nothing'],
    ['written since, beside an old version', '2026-11-20T11:00:00Z', { isLatest: false }, 'nothing'],
  ])('and was %s shows of the version: %#', async (_, at, version, shows) => {
    outputHolds(['rejects/a b'], at);

    expect(await evidence(version)).toEqual({
      shows,
      stored: { objects: [{ key: 'rejects/a b', lastModified: new Date(at).toISOString() }] },
      ...(shows === 'nothing' && { caveat: 'what is under rejects/ may be of another version' }),
    });
  });

  test('proves nothing where it is none', async () => {
    outputHolds([]);

    expect(await evidence()).toEqual({
      shows: 'nothing',
      caveat: 'not every upload leaves an object under rejects/',
    });
  });
});
