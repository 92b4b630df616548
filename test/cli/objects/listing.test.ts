import { ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { currentObjects } from '../../../cli/objects/current-objects.ts';
import { contentsOf } from '../../../cli/objects/empty.ts';
import { decodeKey, listObjects } from '../../../cli/objects/listing.ts';
import { versionsOf } from '../../../cli/objects/object-versions.ts';
import { NOW, pipelineInAws, resetMocks, s3 } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

const object = (Key: string, more: object = {}) => ({
  Key,
  Size: 1,
  ETag: '"e"',
  LastModified: NOW,
  VersionId: 'v',
  IsLatest: true,
  ...more,
});
const day = (n: number) => new Date(Date.UTC(2026, 10, n));
const pipeline = pipelineInAws();

test.each([
  ['a+b', 'a b'],
  ['a%2Bb', 'a+b'],
  ['%C3%A4%00', 'ä\u0000'],
])('a key that is listed as %s is %j', (encoded, key) => {
  expect(decodeKey(encoded)).toBe(key);
});

describe('a listing', () => {
  beforeEach(() => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [object('a'), object('b+c')], IsTruncated: true, NextContinuationToken: 't' })
      .resolvesOnce({ Contents: [object('d')] });
  });

  test('goes through all pages', async () => {
    const all = await Array.fromAsync(listObjects(pipeline));

    expect(all.map(({ key }) => key)).toEqual(['a', 'b c', 'd']);
    expect(all[0]).toEqual({ key: 'a', size: 1, etag: 'e', lastModified: '2026-11-20T12:00:00.000Z' });
  });

  test.each([0, 1, 2, 3])('ends after %d objects when no more are wanted', async (limit) => {
    expect(await Array.fromAsync(listObjects(pipeline, { limit }))).toHaveLength(limit);
  });
});

describe('the current objects', () => {
  test('are the latest versions and markers, in the order of their keys’ bytes', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        object('a', { VersionId: '2' }),
        object('a', { VersionId: '1', IsLatest: false }),
        object('c'),
      ],
      DeleteMarkers: [{ Key: 'b', VersionId: 'm', IsLatest: true, LastModified: NOW }],
    });

    expect(await Array.fromAsync(currentObjects(pipeline))).toMatchObject([
      { key: 'a', versionId: '2', isDeleteMarker: false, size: 1, etag: 'e' },
      { key: 'b', versionId: 'm', isDeleteMarker: true },
      { key: 'c', versionId: 'v', isDeleteMarker: false },
    ]);
  });
});

describe('the versions of a key', () => {
  test('are its own alone, the latest first and then the newest', async () => {
    s3.on(ListObjectVersionsCommand).resolves({
      Versions: [
        object('a b', { VersionId: 'old', IsLatest: false, LastModified: day(1) }),
        object('a+b', { VersionId: 'older', IsLatest: false, LastModified: day(2) }),
        object('a+b', { VersionId: 'newer', IsLatest: false, LastModified: day(3) }),
        object('a+bc'),
      ],
      DeleteMarkers: [{ Key: 'a+b', VersionId: 'marker', IsLatest: true, LastModified: day(4) }],
    });

    const versions = await versionsOf(pipeline, 'a b');

    expect(versions.map(({ versionId }) => versionId)).toEqual(['marker', 'newer', 'older', 'old']);
    expect(versions[0]).toEqual({
      versionId: 'marker',
      isLatest: true,
      isDeleteMarker: true,
      lastModified: '2026-11-04T00:00:00.000Z',
    });
  });
});

test('the contents of a bucket are counted over all pages, each version and marker', async () => {
  s3.on(ListObjectVersionsCommand)
    .resolvesOnce({
      Versions: [object('a', { Size: 10 }), object('a', { Size: 5, IsLatest: false })],
      IsTruncated: true,
      NextKeyMarker: 'a',
      NextVersionIdMarker: 'v',
    })
    .resolvesOnce({ DeleteMarkers: [{ Key: 'b', VersionId: 'm' }] });

  expect(await contentsOf(pipeline, 'ingest', new AbortController().signal)).toEqual({
    bucket: 'ingest',
    versions: 2,
    deleteMarkers: 1,
    uploads: 0,
    bytes: 15,
    locks: 'none',
  });
});
