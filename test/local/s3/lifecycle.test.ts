import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from 'vitest';
import type { LifecycleRule } from '../../../local/plan.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { PLAIN, type S3World, startS3World, VERSIONED } from './s3-world.ts';

const DAY_MS = 86_400_000;

describe('lifecycle rules', () => {
  let world: S3World;
  afterEach(() => world?.close());

  async function start(rule: LifecycleRule) {
    world = await startS3World({
      buckets: [
        { ...VERSIONED, lifecycleRules: [rule] },
        { ...PLAIN, lifecycleRules: [rule] },
      ],
    });
    world.s3.startLifecycle();
    return world.client();
  }

  const happened = () =>
    world.events.map(({ detail }) => [detail.reason, detail['deletion-type'], detail.object['version-id']]);

  test('a noncurrent version expires after its days, from the next midnight on, with an event of its own', async () => {
    const client = await start({ noncurrentExpirationDays: 3 });
    const at = { Bucket: 'versioned', Key: 'k' };
    const old = await client.send(new PutObjectCommand({ ...at, Body: 'old' }));
    const current = await client.send(new PutObjectCommand({ ...at, Body: 'current' }));

    world.clock.advance(3 * DAY_MS - 1);
    const before = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned' }));
    world.events.length = 0;
    world.clock.advance(DAY_MS);
    const after = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned' }));

    expect(before.Versions).toHaveLength(2);
    expect(after.Versions).toMatchObject([{ VersionId: current.VersionId, IsLatest: true }]);
    expect(happened()).toEqual([['Lifecycle Expiration', 'Permanently Deleted', old.VersionId]]);
    expect(world.events[0]!.detail).toMatchObject({ requester: 's3.amazonaws.com' });
    expect(world.events[0]!.detail).not.toHaveProperty('source-ip-address');
    expect(Object.keys(world.events[0]!.detail.object)).toEqual(['key', 'version-id', 'sequencer']);
  });

  test('the newest noncurrent versions that a rule keeps stay', async () => {
    const client = await start({ noncurrentExpirationDays: 1, newerNoncurrentVersions: 2 });
    const versions: (string | undefined)[] = [];
    for (const Body of ['1', '2', '3', '4', '5']) {
      versions.push(
        (await client.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'k', Body }))).VersionId,
      );
    }

    world.clock.advance(3 * DAY_MS);
    const after = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned' }));

    expect(after.Versions?.map(({ VersionId }) => VersionId)).toEqual([
      versions[4],
      versions[3],
      versions[2],
    ]);
  });

  test('expiration makes a marker where there are versions, and removes for good where there are none', async () => {
    const client = await start({ expirationDays: 1, prefix: 'old/' });
    for (const Bucket of ['versioned', 'plain']) {
      for (const Key of ['old/x', 'kept']) {
        await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
      }
    }
    world.events.length = 0;

    world.clock.advance(2 * DAY_MS);
    const lists = await Promise.all(
      ['versioned', 'plain'].map((Bucket) => client.send(new ListObjectsV2Command({ Bucket }))),
    );

    expect(lists.map(({ Contents }) => Contents?.map(({ Key }) => Key))).toEqual([['kept'], ['kept']]);
    expect(world.events.map((event) => [event.resources, event.detail['deletion-type']])).toEqual([
      [['arn:aws:s3:::plain'], 'Permanently Deleted'],
      [['arn:aws:s3:::versioned'], 'Delete Marker Created'],
    ]);
  });

  test('a marker with nothing under it goes once its last version has expired', async () => {
    const client = await start({ noncurrentExpirationDays: 1, expiredObjectDeleteMarker: true });
    await client.send(new PutObjectCommand({ Bucket: 'versioned', Key: 'k', Body: 'x' }));
    const marker = await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'k' }));
    world.events.length = 0;

    world.clock.advance(2 * DAY_MS);
    const after = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned' }));

    expect(after.Versions ?? after.DeleteMarkers ?? []).toEqual([]);
    expect(happened().at(-1)).toEqual(['Lifecycle Expiration', 'Permanently Deleted', marker.VersionId]);
  });

  test('an unfinished multipart upload is aborted after its days, without an event', async () => {
    const client = await start({ abortMultipartDays: 2 });
    await client.send(new CreateMultipartUploadCommand({ Bucket: 'versioned', Key: 'k' }));

    world.clock.advance(2 * DAY_MS - 1);
    const before = await client.send(new ListMultipartUploadsCommand({ Bucket: 'versioned' }));
    world.clock.advance(DAY_MS);
    const after = await client.send(new ListMultipartUploadsCommand({ Bucket: 'versioned' }));

    expect(before.Uploads).toHaveLength(1);
    expect(after.Uploads).toBeUndefined();
    expect(world.events).toEqual([]);
  });

  test('days on which nothing ran do not count, and days that pass later do', async () => {
    const rules = { buckets: [{ ...PLAIN, lifecycleRules: [{ expirationDays: 1 }] }] };
    const client = await start({ expirationDays: 1 });
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'k', Body: 'x' }));
    await world.close({ keep: true });

    world = await startS3World({ dataDir: world.dataDir, ...rules, laterMs: 5 * DAY_MS });
    world.s3.startLifecycle();
    const atStart = happened();
    world.clock.advance(2 * DAY_MS);

    expect(atStart).toEqual([]);
    expect(happened()).toEqual([['Lifecycle Expiration', 'Permanently Deleted', undefined]]);
    expect(new Tally(world.store).counts()).toEqual({ 'expired-objects': 1 });
  });
});
