import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AbortMultipartUploadCommand,
  ChecksumAlgorithm,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Crc64Nvme } from '@aws-sdk/crc64-nvme';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type S3World, startS3World } from './s3-world.ts';

const MIB = 1_024 ** 2;
const Bucket = 'versioned';

describe('multipart uploads, with the AWS SDK', () => {
  let world: S3World;
  beforeAll(async () => {
    world = await startS3World();
  });
  afterAll(() => world?.close());
  beforeEach(() => {
    world.events.length = 0;
  });

  async function begin(
    Key: string,
    options: { ChecksumAlgorithm?: ChecksumAlgorithm; ChecksumType?: 'FULL_OBJECT' } = {},
  ) {
    const { UploadId } = await world
      .client()
      .send(new CreateMultipartUploadCommand({ Bucket, Key, ...options }));
    const put = async (PartNumber: number, Body: Buffer) => {
      const part = await world
        .client()
        .send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...options }));
      return { PartNumber, ...part };
    };
    return { at: { Bucket, Key, UploadId }, put };
  }

  test.each(Object.values(ChecksumAlgorithm).filter((name) => /^(CRC|SHA1$|SHA256)/.test(name)))(
    'lib-storage uploads 12 MiB in parts with %s, and reads them back whole, with one event',
    async (algorithm) => {
      const Body = randomBytes(12 * MIB);
      const Key = `lib-storage/${algorithm}`;
      const upload = new Upload({
        client: world.client(),
        params: { Bucket, Key, Body, ChecksumAlgorithm: algorithm, Metadata: { colour: 'blue' } },
      });

      const done = await upload.done();
      const got = await world.client().send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      const bytes = Buffer.from(await got.Body!.transformToByteArray());

      expect(bytes.equals(Body)).toBe(true);
      expect(got.Metadata).toEqual({ colour: 'blue' });
      expect(done.ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
      expect(
        world.events.map(({ detail }) => [detail.reason, detail.object.size, detail.object.etag]),
      ).toEqual([['CompleteMultipartUpload', 12 * MIB, done.ETag!.replaceAll('"', '')]]);
    },
  );

  test('the checksum of the whole follows from those of the parts: CRC32 and CRC64NVME', async () => {
    const bodies = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(5 * MIB + 7), randomBytes(3)];
    const whole = Buffer.concat(bodies);
    const crc64 = new Crc64Nvme();
    crc64.update(whole);
    const expected = {
      CRC32: Buffer.from(crc32(whole).toString(16).padStart(8, '0'), 'hex').toString('base64'),
      CRC64NVME: Buffer.from(await crc64.digest()).toString('base64'),
    };

    for (const algorithm of ['CRC32', 'CRC64NVME'] as const) {
      const { at, put } = await begin(`full/${algorithm}`, {
        ChecksumAlgorithm: algorithm,
        ChecksumType: 'FULL_OBJECT',
      });
      const Parts = [];
      for (const [index, body] of bodies.entries()) Parts.push(await put(index + 1, body));
      await world.client().send(
        new CompleteMultipartUploadCommand({
          ...at,
          ChecksumType: 'FULL_OBJECT',
          MultipartUpload: { Parts },
        }),
      );
      const head = await world
        .client()
        .send(new HeadObjectCommand({ Bucket, Key: at.Key, ChecksumMode: 'ENABLED' }));

      expect(head.ChecksumType).toBe('FULL_OBJECT');
      expect(head[`Checksum${algorithm}`]).toBe(expected[algorithm]);
    }
  });

  test('completing copies no bytes, may be repeated, and drops the parts that are not named', async () => {
    const { at, put } = await begin('inodes');
    const first = await put(1, randomBytes(5 * MIB));
    await put(2, randomBytes(5 * MIB));
    const last = await put(7, randomBytes(10));
    const before = await inodes(world);

    const complete = new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts: [first, last] } });
    const once = await world.client().send(complete);
    const again = await world.client().send(complete);

    expect(again).toMatchObject({ ETag: once.ETag, VersionId: once.VersionId });
    expect(world.events).toHaveLength(1);
    await expect.poll(async () => (await inodes(world)).size).toBe(before.size - 1);
    for (const inode of await inodes(world)) expect(before).toContain(inode);
    const part = await world.client().send(new GetObjectCommand({ Bucket, Key: 'inodes', PartNumber: 2 }));
    expect(part).toMatchObject({
      ContentLength: 10,
      PartsCount: 2,
      ContentRange: `bytes ${5 * MIB}-${5 * MIB + 9}/${5 * MIB + 10}`,
    });
    await world.client().send(new DeleteObjectCommand({ Bucket, Key: 'inodes', VersionId: once.VersionId }));
    await expect.poll(async () => (await inodes(world)).size).toBe(before.size - 3);
  });

  test('an upload that is completed many times at once is one object, and one event', async () => {
    const { at, put } = await begin('at-once');
    const part = await put(1, randomBytes(10));
    const complete = () =>
      world.client().send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts: [part] } }));

    const answers = await Promise.all([complete(), complete(), complete()]);

    expect(new Set(answers.map(({ VersionId }) => VersionId)).size).toBe(1);
    expect(world.events).toHaveLength(1);
  });

  test('a range across parts is read from the right files', async () => {
    const { at, put } = await begin('ranges');
    const bodies = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(99)];
    const Parts = [];
    for (const [index, body] of bodies.entries()) Parts.push(await put(index + 1, body));
    await world.client().send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));
    const whole = Buffer.concat(bodies);

    for (const [first, last] of [
      [0, 0],
      [5 * MIB - 1, 5 * MIB],
      [5 * MIB, 10 * MIB + 5],
      [10 * MIB + 98, 10 * MIB + 98],
    ] as const) {
      const got = await world
        .client()
        .send(new GetObjectCommand({ Bucket, Key: 'ranges', Range: `bytes=${first}-${last}` }));
      expect(
        Buffer.from(await got.Body!.transformToByteArray()).equals(whole.subarray(first, last + 1)),
      ).toBe(true);
    }
  });

  test('parts too small, out of order, or with another etag are refused, and the upload goes on', async () => {
    const { at, put } = await begin('refused');
    const small = await put(1, randomBytes(100));
    const last = await put(2, randomBytes(100));
    const complete = (Parts: (typeof small)[]) =>
      world.client().send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));

    await expect(complete([small, last])).rejects.toMatchObject({ name: 'EntityTooSmall' });
    await expect(complete([last, small])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
    await expect(complete([{ ...small, ETag: last.ETag! }])).rejects.toMatchObject({ name: 'InvalidPart' });
    await expect(complete([{ ...small, PartNumber: 3 }])).rejects.toMatchObject({ name: 'InvalidPart' });
    const parts = await world.client().send(new ListPartsCommand(at));

    expect(parts.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 100],
      [2, 100],
    ]);
    expect(world.events).toEqual([]);
  });

  test('an upload of which one part never came is refused, and complete once it has', async () => {
    const { at, put } = await begin('one-missing');
    const bodies = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(10)];
    const [first, second, third] = [await put(1, bodies[0]!), { PartNumber: 2 }, await put(3, bodies[2]!)];
    const complete = (Parts: object[]) =>
      world.client().send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));

    await expect(complete([first, { ...second, ETag: first.ETag! }, third])).rejects.toMatchObject({
      name: 'InvalidPart',
      message: expect.stringMatching(/: part 2$/) as string,
    });
    expect(world.events).toEqual([]);
    await complete([first, await put(2, bodies[1]!), third]);

    const { Body } = await world.client().send(new GetObjectCommand({ Bucket, Key: 'one-missing' }));
    expect(Buffer.from(await Body!.transformToByteArray()).equals(Buffer.concat(bodies))).toBe(true);
  });

  test('an object in parts is read to its end though it is deleted before its last part is opened', async () => {
    const { at, put } = await begin('read-on');
    const bodies = [Buffer.alloc(32 * MIB, 'slow reader '), Buffer.from('last')];
    const Parts = [await put(1, bodies[0]!), await put(2, bodies[1]!)];
    const { VersionId } = await world
      .client()
      .send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));

    const got = await world.client().send(new GetObjectCommand({ Bucket, Key: 'read-on' }));
    await world.client().send(new DeleteObjectCommand({ Bucket, Key: 'read-on', VersionId }));
    const bytes = Buffer.from(await got.Body!.transformToByteArray());

    expect(bytes.equals(Buffer.concat(bodies))).toBe(true);
  });

  test('an aborted upload is gone, with its parts, and emits nothing', async () => {
    const before = (await inodes(world)).size;
    const { at, put } = await begin('aborted');
    await put(1, randomBytes(100));
    await put(1, randomBytes(200));

    const listed = await world.client().send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'aborted' }));
    await world.client().send(new AbortMultipartUploadCommand(at));

    expect(listed.Uploads).toMatchObject([{ Key: 'aborted', UploadId: at.UploadId }]);
    await expect.poll(async () => (await inodes(world)).size).toBe(before);
    await expect(put(2, randomBytes(1))).rejects.toMatchObject({ name: 'NoSuchUpload' });
    expect(world.events).toEqual([]);
  });

  test('uploads under way are listed in pages, by key and then by start', async () => {
    const started: (string | undefined)[] = [];
    for (const Key of ['page/b', 'page/a', 'page/b', 'page/c/d']) {
      started.push((await begin(Key)).at.UploadId);
    }
    const seen: (string | undefined)[] = [];
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (let truncated = true; truncated;) {
      const page = await world
        .client()
        .send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'page/', MaxUploads: 1, ...markers }));
      seen.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      truncated = page.IsTruncated ?? false;
    }

    expect(seen).toEqual([started[1], started[0], started[2], started[3]]);
  });

  test('parts can be copied from a range of an object', async () => {
    const source = randomBytes(6 * MIB);
    await world.client().send(new PutObjectCommand({ Bucket, Key: 'source é+', Body: source }));
    const { at } = await begin('from-copies');
    const copy = (PartNumber: number, CopySourceRange: string) =>
      world.client().send(
        new UploadPartCopyCommand({
          ...at,
          PartNumber,
          CopySource: `${Bucket}/${encodeURIComponent('source é+')}`,
          CopySourceRange,
        }),
      );
    const first = await copy(1, `bytes=0-${5 * MIB - 1}`);
    const second = await copy(2, `bytes=${5 * MIB}-${6 * MIB - 1}`);
    const Parts = [first, second].map(({ CopyPartResult }, index) => ({
      PartNumber: index + 1,
      ETag: CopyPartResult!.ETag,
    }));

    await world.client().send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));
    const got = await world.client().send(new GetObjectCommand({ Bucket, Key: 'from-copies' }));

    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(source)).toBe(true);
  });

  test('a copy of a multipart object is whole, with an etag of its own', async () => {
    const { at, put } = await begin('multipart-source');
    const bodies = [randomBytes(5 * MIB), randomBytes(9)];
    const Parts = [await put(1, bodies[0]!), await put(2, bodies[1]!)];
    await world.client().send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));

    const copy = await world
      .client()
      .send(
        new CopyObjectCommand({ Bucket: 'plain', Key: 'copy', CopySource: `${Bucket}/multipart-source` }),
      );
    const got = await world
      .client()
      .send(new GetObjectCommand({ Bucket: 'plain', Key: 'copy', ChecksumMode: 'ENABLED' }));

    expect(copy.CopyObjectResult?.ETag).toBe(
      `"${createHash('md5').update(Buffer.concat(bodies)).digest('hex')}"`,
    );
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(Buffer.concat(bodies))).toBe(true);
    expect(world.events.at(-1)?.detail).toMatchObject({
      reason: 'CopyObject',
      object: { key: 'copy', size: 5 * MIB + 9 },
    });
  });
});

async function inodes(world: S3World): Promise<Set<number>> {
  const folder = join(world.dataDir, 'objects');
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Set(await Promise.all(files.map(async ({ name }) => (await stat(join(folder, name))).ino)));
}
