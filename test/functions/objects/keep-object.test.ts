import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepObject, type ObjectWrite } from '../../../functions/objects/keep-object.ts';
import type { ObjectEvent } from '../../../shared/object-event/object-event.ts';
import { type S3World, startS3World } from '../../local/s3/s3-world.ts';
import { backfill, busEvent, eventOf, type EventFacts } from '../../support/object-events.ts';

const { signal } = new AbortController();
const BUCKET = 'versioned';

/** The event with this number: of two of one key the higher one is newer. */
const numbered = (number: number, facts: EventFacts = {}): ObjectEvent =>
  eventOf(busEvent({ sequencer: number.toString(16).padStart(16, '0'), ...facts }));

describe('an object that is kept', () => {
  let world: S3World;
  let client: S3Client;
  let names = 0;

  beforeAll(async () => {
    world = await startS3World();
    client = world.client();
  });
  afterAll(() => world?.close());

  const newName = (ending = '.json') => {
    names++;
    return `kept/${names}${ending}`;
  };
  const keep = (key: string, event: ObjectEvent, more: Partial<ObjectWrite> = {}) =>
    keepObject({
      s3: client,
      bucket: BUCKET,
      consumer: 'a-consumer',
      key,
      body: 'content',
      event,
      revision: 1,
      signal,
      ...more,
    });
  const get = (key: string) => client.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  const textOf = async (key: string) => (await get(key)).Body?.transformToString();

  test('has the type of its name, and says of which upload it was made', async () => {
    const event = numbered(7, {
      bucket: 'ingest',
      key: 'bilder/straße 100%.jpg',
      versionId: 'v7',
      replayName: 'after-the-fix',
    });

    expect(await keep('kept/a.webp', event, { metadata: { width: '320' } })).toBe('recorded');

    const { ContentType, Metadata, TagCount, ServerSideEncryption } = await get('kept/a.webp');
    expect({ ContentType, Metadata, TagCount, ServerSideEncryption }).toEqual({
      ContentType: 'image/webp',
      Metadata: {
        width: '320',
        'source-bucket': 'ingest',
        'source-key': 'bilder/stra%C3%9Fe%20100%25.jpg',
        'source-version': 'v7',
        'source-etag': '900150983cd24fb0d6963f7d28e17f72',
        'source-sequencer': '7'.padStart(32, '0'),
        'source-time': '2026-11-20T07:00:00.000Z',
        'source-event': 'ObjectCreated:Put',
        'source-replay': 'after-the-fix',
        consumer: 'a-consumer',
        revision: '1',
      },
      TagCount: undefined,
      ServerSideEncryption: 'AES256',
    });
    expect(decodeURIComponent(Metadata!['source-key']!)).toBe(event.key);
  });

  test('is of no certain type where its name tells none, unless one is given', async () => {
    await keep('kept/without', numbered(1));
    await keep('kept/given', numbered(1), { contentType: 'application/x-ndjson' });

    expect((await get('kept/without')).ContentType).toBe('application/octet-stream');
    expect((await get('kept/given')).ContentType).toBe('application/x-ndjson');
  });

  test('has its tags when they are asked for', async () => {
    const key = newName();

    await keep(key, numbered(1), { tags: { project: 'a + b', colour: 'grün' } });

    const { TagSet } = await client.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: key }));
    expect(TagSet).toEqual([
      { Key: 'project', Value: 'a + b' },
      { Key: 'colour', Value: 'grün' },
      { Key: 'sluice-consumer', Value: 'a-consumer' },
    ]);
  });

  test('takes any key for its source', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 256 }),
          fc.constantFrom('a'.repeat(1_024), 'é'.repeat(512)),
        ),
        async (sourceKey) => {
          const key = newName();

          await keep(key, numbered(1, { key: sourceKey, versionId: 'v'.repeat(32) }));

          const { Metadata = {} } = await get(key);
          const { 'source-key': told, 'source-key-sha256': hashed } = Metadata;
          expect(told === undefined ? hashed : decodeURIComponent(told)).toBe(
            told === undefined ? createHash('sha256').update(sourceKey).digest('hex') : sourceKey,
          );
        },
      ),
      { numRuns: 15 },
    );
  });

  test('is what the newest event made, in whatever order and company they come', async () => {
    const order = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(order, fc.boolean(), async (numbers, atOnce) => {
        const key = newName();
        const keepOne = (number: number) => keep(key, numbered(number), { body: `of ${number}` });

        if (atOnce) await Promise.all(numbers.map(keepOne));
        else for (const number of numbers) await keepOne(number);

        expect(await textOf(key)).toBe(`of ${Math.max(...numbers)}`);
      }),
      { numRuns: 20 },
    );
  });

  test('stays as it is when its event comes again, until the code has changed', async () => {
    const key = newName();

    expect([
      await keep(key, numbered(2), { body: 'first' }),
      await keep(key, numbered(2), { body: 'again' }),
      await keep(key, numbered(1), { body: 'late' }),
    ]).toEqual(['recorded', 'superseded', 'superseded']);
    expect(await textOf(key)).toBe('first');

    expect(await keep(key, numbered(2), { body: 'by newer code', revision: 2 })).toBe('recorded');
    expect(await textOf(key)).toBe('by newer code');
  });

  test('stays as it is when a backfill finds it, and is made by one where it was not', async () => {
    const [live, missing] = [newName(), newName()];
    await keep(live, numbered(2), { body: 'live' });

    expect(await keep(live, eventOf(backfill()), { body: 'backfilled' })).toBe('superseded');
    expect(await keep(missing, eventOf(backfill()), { body: 'backfilled' })).toBe('recorded');
    expect(await keep(missing, numbered(1), { body: 'live' })).toBe('recorded');
    expect([await textOf(live), await textOf(missing)]).toEqual(['live', 'live']);
  });

  test('replaces what somebody put there by hand', async () => {
    const key = newName();
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: 'by hand' }));

    expect(await keep(key, numbered(1))).toBe('recorded');
    expect(await textOf(key)).toBe('content');
  });

  test('is written once where its name holds the version', async () => {
    const key = newName();

    expect(await keep(key, numbered(1), { body: 'first', replaces: 'nothing' })).toBe('recorded');
    expect(await keep(key, numbered(2), { body: 'second', replaces: 'nothing' })).toBe('superseded');
    expect(await textOf(key)).toBe('first');
  });

  test('comes back where it was deleted between the look and the write', async () => {
    const key = newName();
    await keep(key, numbered(1), { body: 'older' });
    // taken away as soon as it was looked at
    const hasty = world.client();
    hasty.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const result = await next(args);
          if (commandName === 'HeadObjectCommand') {
            await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
          }
          return result;
        },
      { step: 'initialize' },
    );

    expect(await keep(key, numbered(2), { body: 'newer', s3: hasty })).toBe('recorded');
    expect(await textOf(key)).toBe('newer');
  });

  test('fails as S3 says where the role may not write', async () => {
    await expect(keep(newName(), numbered(1), { bucket: 'no-such-bucket' })).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });
});
