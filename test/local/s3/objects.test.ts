import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseObjectEventText } from '../../../shared/object-event/object-event-parser.ts';
import { ACCOUNT, REGION, type S3World, startS3World } from './s3-world.ts';

const ODD_KEYS = [
  'a b+c%2Fd é.csv',
  'tab\there',
  'line\r\nbreaks\nand\rmore',
  'emoji 😀',
  '\uff5e fullwidth',
  '__proto__',
  'constructor',
  `<&'">`,
  'a/../b',
  '/leading',
  'trailing/',
  'double//slash',
  './dot',
  'x'.repeat(1_024),
  'é'.repeat(512),
  'e\u0301 is not \u00e9',
  '\ufeffbyte order mark',
  'control \u0001 \u001f \u007f',
  'noncharacter \uffff',
  '?versionId=1#hash',
  '100%',
  '%41',
];

// XML 1.0 cannot say these, by a character reference neither: S3 refuses such a document, and so deletes one by one
// eslint-disable-next-line no-control-regex -- the control characters are what it is about
const WITHOUT_XML_FORM = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

describe('objects over HTTP, with the AWS SDK', () => {
  let world: S3World;
  beforeAll(async () => {
    world = await startS3World();
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.events.length = 0;
  });

  test.each(ODD_KEYS)('key %j comes back from put, get, list, event and delete as it was', async (key) => {
    const client = world.client();

    const put = await client.send(new PutObjectCommand({ Bucket: 'plain', Key: key, Body: key }));
    const got = await client.send(new GetObjectCommand({ Bucket: 'plain', Key: key }));
    const listed = await client.send(new ListObjectsV2Command({ Bucket: 'plain' }));
    const refusal = await client
      .send(new DeleteObjectsCommand({ Bucket: 'plain', Delete: { Objects: [{ Key: key }] } }))
      .then(
        () => undefined,
        (error: Error) => error.name,
      );
    if (refusal !== undefined) await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: key }));

    expect(refusal).toBe(WITHOUT_XML_FORM.test(key) ? 'MalformedXML' : undefined);
    expect(await got.Body!.transformToString()).toBe(key);
    expect(got.ETag).toBe(put.ETag);
    expect(listed.Contents?.map((object) => object.Key)).toEqual([key]);
    expect(world.events.map((event) => event.detail.object.key)).toEqual([key, key]);
    await expect(client.send(new HeadObjectCommand({ Bucket: 'plain', Key: key }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  test.each(['../x', 'a/../../b', '..', 'a//../../b'])(
    'key %j climbs above the start and is refused with 400',
    async (Key) => {
      const client = world.client();

      await expect(
        client.send(new PutObjectCommand({ Bucket: 'plain', Key, Body: 'x' })),
      ).rejects.toMatchObject({
        name: 'InvalidURI',
        $metadata: { httpStatusCode: 400 },
      });
      const many = await client.send(
        new DeleteObjectsCommand({ Bucket: 'versioned', Delete: { Objects: [{ Key }] } }),
      );

      expect(many.Errors).toMatchObject([{ Key, Code: 'InvalidURI' }]);
      expect(world.events).toEqual([]);
    },
  );

  test('a key of 1,025 bytes is refused', async () => {
    await expect(
      world.client().send(new PutObjectCommand({ Bucket: 'plain', Key: `${'é'.repeat(512)}x`, Body: 'x' })),
    ).rejects.toMatchObject({ name: 'KeyTooLongError' });
  });

  test('an upload is one event, as S3 writes it', async () => {
    const put = await world
      .client()
      .send(new PutObjectCommand({ Bucket: 'versioned', Key: 'csv/a b+é.csv', Body: 'a,b\n1,2\n' }));

    expect(world.events).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'Object Created',
        source: 'aws.s3',
        account: ACCOUNT,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: REGION,
        resources: ['arn:aws:s3:::versioned'],
        detail: {
          version: '0',
          'event-version': '1.2',
          bucket: { name: 'versioned' },
          object: {
            key: 'csv/a b+é.csv',
            size: 8,
            etag: put.ETag!.replaceAll('"', ''),
            'version-id': put.VersionId,
            sequencer: expect.stringMatching(/^00[0-9A-F]{16}$/),
          },
          'request-id': expect.any(String),
          requester: ACCOUNT,
          'source-ip-address': '127.0.0.1',
          reason: 'PutObject',
        },
      },
    ]);
  });

  test('a delete makes a marker, undelete removes it, and each is its own event', async () => {
    const client = world.client();
    const at = { Bucket: 'versioned', Key: 'undelete' };
    const put = await client.send(new PutObjectCommand({ ...at, Body: 'alive' }));

    const deleted = await client.send(new DeleteObjectCommand(at));
    await expect(client.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(
      client.send(new GetObjectCommand({ ...at, VersionId: deleted.VersionId })),
    ).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    const undeleted = await client.send(new DeleteObjectCommand({ ...at, VersionId: deleted.VersionId }));
    const back = await client.send(new GetObjectCommand(at));

    expect(deleted).toMatchObject({ DeleteMarker: true });
    expect(undeleted).toMatchObject({ DeleteMarker: true, VersionId: deleted.VersionId });
    expect(back.VersionId).toBe(put.VersionId);
    expect(await back.Body!.transformToString()).toBe('alive');
    expect(world.events.map(({ detail }) => [detail.reason, detail['deletion-type'], detail.object])).toEqual(
      [
        ['PutObject', undefined, expect.objectContaining({ 'version-id': put.VersionId })],
        [
          'DeleteObject',
          'Delete Marker Created',
          {
            key: 'undelete',
            etag: 'd41d8cd98f00b204e9800998ecf8427e',
            'version-id': deleted.VersionId,
            sequencer: expect.any(String),
          },
        ],
        [
          'DeleteObject',
          'Permanently Deleted',
          { key: 'undelete', 'version-id': deleted.VersionId, sequencer: expect.any(String) },
        ],
      ],
    );
    const sequencers = world.events.map(({ detail }) => detail.object.sequencer);
    expect(sequencers).toEqual([...new Set(sequencers)].toSorted());
  });

  test('what it sends is what the pipeline reads: put, marker and permanent delete', async () => {
    const client = world.client();
    const at = { Bucket: 'versioned', Key: 'csv/a b+%.csv' };
    const put = await client.send(new PutObjectCommand({ ...at, Body: 'a,b\n' }));
    const marker = await client.send(new DeleteObjectCommand(at));
    await client.send(new DeleteObjectCommand({ ...at, VersionId: put.VersionId }));

    const parsed = world.events.flatMap((event) => parseObjectEventText(JSON.stringify(event)));

    expect(parsed).toMatchObject([
      { eventName: 'ObjectCreated:Put', key: at.Key, size: 4, versionId: put.VersionId },
      { eventName: 'ObjectRemoved:DeleteMarkerCreated', key: at.Key, versionId: marker.VersionId },
      { eventName: 'ObjectRemoved:Delete', key: at.Key, versionId: put.VersionId },
    ]);
  });

  test('an object without versions is deleted for good: no version, no etag and no size in the event', async () => {
    const client = world.client();
    await client.send(new PutObjectCommand({ Bucket: 'plain', Key: 'gone', Body: 'x' }));

    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'gone' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'gone' }));

    expect(world.events.map(({ detail }) => detail)).toMatchObject([
      { reason: 'PutObject' },
      { reason: 'DeleteObject', 'deletion-type': 'Permanently Deleted', object: { key: 'gone' } },
    ]);
    expect(Object.keys(world.events[1]!.detail.object)).toEqual(['key', 'sequencer']);
  });

  test('what is overwritten or deleted leaves no body on the disk', async () => {
    const client = world.client();
    const at = { Bucket: 'plain', Key: 'body' };
    const before = await bodies(world);
    await client.send(new PutObjectCommand({ ...at, Body: 'one' }));
    await client.send(new PutObjectCommand({ ...at, Body: 'two' }));
    await expect.poll(() => bodies(world)).toBe(before + 1);
    await client.send(new DeleteObjectCommand(at));

    await expect.poll(() => bodies(world)).toBe(before);
  });

  test('listing versions shows the newest first, and which is the latest', async () => {
    const client = world.client();
    const at = { Bucket: 'versioned', Key: 'history' };
    const first = await client.send(new PutObjectCommand({ ...at, Body: '1' }));
    const second = await client.send(new PutObjectCommand({ ...at, Body: '22' }));
    const marker = await client.send(new DeleteObjectCommand(at));

    const list = await client.send(new ListObjectVersionsCommand({ Bucket: 'versioned', Prefix: 'history' }));

    expect(list.DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);
    expect(list.Versions).toMatchObject([
      { VersionId: second.VersionId, IsLatest: false, Size: 2 },
      { VersionId: first.VersionId, IsLatest: false, Size: 1 },
    ]);
  });
});

async function bodies(world: S3World): Promise<number> {
  const entries = await readdir(join(world.dataDir, 'objects'), { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
