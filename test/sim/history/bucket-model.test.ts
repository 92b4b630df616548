import { describe, expect, test } from 'vitest';
import { orderable } from './accepted-event.ts';
import { bodyFor } from './bodies.ts';
import { BucketModel } from './bucket-model.ts';

const KEY = 'csv/a.csv';

describe('a bucket with versions', () => {
  test('brings an object back by the removal of its marker, of which no event of a creation tells', () => {
    const bucket = new BucketModel(true);
    const put = bucket.put(KEY, 1);
    const marker = bucket.delete(KEY);
    const removed = bucket.removeMarker(KEY);

    expect(marker).toMatchObject({ deletionType: 'Delete Marker Created' });
    expect(removed).toMatchObject({ deletionType: 'Permanently Deleted', versionId: marker?.versionId });
    expect(bucket.current(KEY)).toEqual({ versionId: put.versionId, etag: bodyFor(KEY, 1).etag });
  });

  test('keeps the object when an older version expires, and finds that version no more', () => {
    const bucket = new BucketModel(true);
    const [old, current] = [bucket.put(KEY, 1), bucket.put(KEY, 2)];
    const expired = bucket.expireVersion(KEY);

    expect(expired).toMatchObject({ reason: 'Lifecycle Expiration', versionId: old.versionId });
    expect(bucket.read(KEY, old.versionId, undefined)).toBe('NoSuchVersion');
    expect(bucket.read(KEY, current.versionId, undefined)).toBe(bodyFor(KEY, 2));
  });

  test('answers a read of a marker with MethodNotAllowed, and a plain one with NoSuchKey', () => {
    const bucket = new BucketModel(true);
    bucket.put(KEY, 1);
    const marker = bucket.delete(KEY);

    expect(bucket.read(KEY, marker?.versionId, undefined)).toBe('MethodNotAllowed');
    expect(bucket.read(KEY, undefined, undefined)).toBe('NoSuchKey');
  });
});

describe('a bucket without versions', () => {
  test('names no version in its events, and none can be deleted', () => {
    const bucket = new BucketModel(false);
    const put = bucket.put(KEY, 1);
    const deleted = bucket.delete(KEY);

    expect(put.versionId).toBe(undefined);
    expect(deleted).toMatchObject({ deletionType: 'Permanently Deleted', versionId: undefined });
    expect([bucket.delete(KEY), bucket.deleteVersion(KEY, 0), bucket.removeMarker(KEY)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('refuses a read by the ETag of an object that was overwritten', () => {
    const bucket = new BucketModel(false);
    bucket.put(KEY, 1);
    bucket.put(KEY, 2);

    expect(bucket.read(KEY, undefined, bodyFor(KEY, 1).etag)).toBe('PreconditionFailed');
    expect(bucket.read(KEY, undefined, bodyFor(KEY, 2).etag)).toBe(bodyFor(KEY, 2));
  });
});

test('sequencers of one key grow, though their lengths and their case differ', () => {
  const bucket = new BucketModel(true);
  const sequencers = Array.from({ length: 40 }, () => bucket.put(KEY, 0).sequencer!);
  const ordered = sequencers.map(orderable);

  expect(ordered).toEqual(ordered.toSorted());
  expect(new Set(ordered).size).toBe(40);
  expect(new Set(sequencers.map(({ length }) => length))).toEqual(new Set([16, 18]));
});
