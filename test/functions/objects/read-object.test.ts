import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodedBody } from '../../../functions/objects/decoded-body.ts';
import { ObjectError } from '../../../functions/objects/object-error.ts';
import { openObject } from '../../../functions/objects/open-object.ts';
import { readObject, type ReadOptions } from '../../../functions/objects/read-object.ts';
import type { ObjectEvent } from '../../../shared/object-event/object-event.ts';
import { parseObjectEvents } from '../../../shared/object-event/object-event-parser.ts';
import { type S3World, startS3World } from '../../local/s3/s3-world.ts';
import { eventOf, busEvent } from '../../support/object-events.ts';
import { bytesOf } from './codings/chunks.ts';
import { FakeS3 } from './fake-s3.ts';

const { signal } = new AbortController();

describe('an object in memory', () => {
  let world: S3World;
  let client: S3Client;

  beforeAll(async () => {
    world = await startS3World();
    client = world.client();
  });
  afterAll(() => world?.close());

  /** Uploads it, and gives the event that S3 then sent. */
  async function put(Bucket: string, Key: string, Body: Uint8Array | string, more: object = {}) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    return lastEvent();
  }
  function lastEvent(): ObjectEvent {
    return parseObjectEvents(world.events.at(-1))[0]!;
  }
  const read = (event: ObjectEvent, options: Omit<ReadOptions, 'signal'> = {}) =>
    readObject(client, event, { signal, ...options });

  test('is the version that the event named, though a newer one came', async () => {
    const first = await put('versioned', 'a.txt', 'first', {
      ContentType: 'text/plain',
      Metadata: { of: 'Ada' },
    });
    await put('versioned', 'a.txt', 'second');
    await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'a.txt' }));

    const { bytes, ...others } = await read(first);

    expect(bytes.toString()).toBe('first');
    expect(others).toEqual({ codings: [], contentType: 'text/plain', metadata: { of: 'Ada' } });
  });

  test('is gone where its version was removed, or the event names a delete marker', async () => {
    const event = await put('versioned', 'gone.txt', 'x');
    await client.send(new DeleteObjectCommand({ Bucket: 'versioned', Key: 'gone.txt' }));
    const marker = lastEvent();
    await client.send(
      new DeleteObjectCommand({ Bucket: 'versioned', Key: 'gone.txt', VersionId: event.versionId }),
    );

    await expect(read(event)).rejects.toMatchObject({ status: 'object-gone' });
    await expect(read(marker)).rejects.toMatchObject({
      status: 'object-gone',
      message: 'the version that the event names is a delete marker',
    });
  });

  test('has changed where a bucket without versions holds another one by now', async () => {
    const first = await put('plain', 'a.txt', 'first');
    const second = await put('plain', 'a.txt', 'another');

    await expect(read(first)).rejects.toMatchObject({ status: 'object-changed' });
    expect((await read(second)).bytes.toString()).toBe('another');
    await client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'a.txt' }));
    await expect(read(second)).rejects.toMatchObject({ status: 'object-gone' });
  });

  test('is refused beyond the cap, with what to do', async () => {
    const event = await put('versioned', 'large.bin', Buffer.alloc(1_001));

    await expect(read(event, { maxBytes: 1_000 })).rejects.toMatchObject({
      name: 'ObjectError',
      status: 'object-too-large',
      message:
        'the object has 1001 bytes, and at most 1000 are read into memory: upload it in parts, or raise maxBytes (and the memory of the function), or read it piece by piece',
    });
    expect((await read(event, { maxBytes: 1_001 })).bytes).toHaveLength(1_001);
  });

  test('is refused where so few bytes become so many', async () => {
    const event = await put('versioned', 'bomb.gz', gzipSync(Buffer.alloc(100_000)));

    await expect(read(event, { maxBytes: 99_999 })).rejects.toMatchObject({
      status: 'object-too-large',
      message: expect.stringContaining('at most 99999 bytes are read'),
    });
  });

  test('has its codings undone: by header, by name, by its bytes alone', async () => {
    const header = await put('versioned', 'h', brotliCompressSync('in br'), { ContentEncoding: 'br' });
    const name = await put('versioned', 'n.zst', zstdCompressSync('in zstd'));
    const bytes = await put('versioned', 'b', Buffer.concat([gzipSync('in '), gzipSync('gzip')]));

    const all = await Promise.all([header, name, bytes].map((event) => read(event)));

    expect(all.map(({ bytes, codings }) => [bytes.toString(), codings])).toEqual([
      ['in br', ['br']],
      ['in zstd', ['zstd']],
      ['in gzip', ['gzip']],
    ]);
  });

  test('stays as it is stored where that is asked for, or a part of it', async () => {
    const zipped = gzipSync('text');
    const event = await put('versioned', 'a.gz', zipped);

    expect((await read(event, { codings: 'as-stored' })).bytes).toEqual(zipped);
    expect((await read(event, { bytes: { from: 0, to: 1 } })).bytes).toEqual(zipped.subarray(0, 2));
  });

  test('is the bytes of the range that was asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat({ max: 39 }),
        fc.nat({ max: 45 }),
        async (content, first, second) => {
          const [from, to] = [Math.min(first, second, content.length - 1), Math.max(first, second)];
          const event = await put('plain', 'part', content);

          const parts = await Promise.all(
            [{ from, to }, { from }, { last: to + 1 }].map((bytes) => read(event, { bytes })),
          );

          expect(parts.map(({ bytes }) => bytes)).toEqual([
            Buffer.from(content.slice(from, to + 1)),
            Buffer.from(content.slice(from)),
            Buffer.from(content.slice(-(to + 1))),
          ]);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('is too short for a range behind its end, and empty where it is empty', async () => {
    const event = await put('versioned', 'short', 'abc');
    const empty = await put('versioned', 'empty', '');

    await expect(read(event, { bytes: { from: 3 } })).rejects.toMatchObject({
      status: 'object-too-short',
      message: expect.stringContaining('bytes=3-'),
    });
    expect((await read(empty, { bytes: { from: 0, to: 9 } })).bytes).toHaveLength(0);
    expect((await read(empty)).bytes).toHaveLength(0);
  });
});

describe('an object that comes over a bad line', () => {
  let s3: FakeS3;
  let client: S3Client;
  let endpoint: string;

  beforeAll(async () => {
    s3 = new FakeS3();
    endpoint = await s3.start();
    client = new S3Client({
      endpoint,
      forcePathStyle: true,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      responseChecksumValidation: 'WHEN_REQUIRED',
      maxAttempts: 1,
    });
    s3.put('data/one.bin', { body: Buffer.alloc(1_000), versionId: 'v1' });
  });
  afterAll(() => {
    client?.destroy();
    s3?.stop();
  });

  const event = eventOf(busEvent({ size: 1_000, versionId: 'v1' }));

  test.each(['close', 'reset'] as const)(
    'is tried again when its body breaks off by a %s',
    async (ending) => {
      s3.fail({ bodyBytes: 10, ending });

      const error = await readObject(client, event, { signal }).catch((error: unknown) => error);

      expect(error).not.toBeInstanceOf(ObjectError);
      expect(String(error)).toContain('after 10 of 1000 bytes: the record will be tried again');
    },
  );

  test('is let go when the time of the function runs out', async () => {
    s3.fail({ bodyBytes: 10, ending: 'stall' });
    const controller = new AbortController();
    const object = await openObject(client, event, controller);
    const reading = bytesOf(decodedBody(object, controller).chunks);

    controller.abort(new Error('time is up'));

    await expect(reading).rejects.toThrow('the body broke off after');
    expect(await s3.bodies.at(-1)).toBe('abandoned');
  });

  test('is for an operator to see when S3 refuses it', async () => {
    s3.fail({ status: 403, code: 'AccessDenied' });

    await expect(readObject(client, event, { signal })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('is archived when S3 says so', async () => {
    s3.fail({ status: 403, code: 'InvalidObjectState' });

    await expect(readObject(client, event, { signal })).rejects.toMatchObject({ status: 'object-archived' });
  });
});
