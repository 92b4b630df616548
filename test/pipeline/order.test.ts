import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Eavesdropper, type HeardEvent } from '../support/eavesdropper.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

const objectOf = (body: string) => (JSON.parse(body) as HeardEvent).detail.object;
const sequenceOf = (body: string) => BigInt(`0x${objectOf(body).sequencer ?? 0}`);

describe('the tables follow the object’s current state, whatever the order of deliveries', () => {
  let pipeline: PipelineUnderTest;
  let eavesdropper: Eavesdropper;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
    eavesdropper = await Eavesdropper.start(pipeline.events, pipeline.sqs, pipeline.bucket);
  });

  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  const put = async (Key: string, Body = 'a,b\n1,2\n'): Promise<PutObjectCommandOutput> =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
  const remove = async (Key: string, VersionId?: string) =>
    pipeline.s3.send(new DeleteObjectCommand({ Bucket: pipeline.bucket, Key, VersionId }));
  /** Delivers a body to a consumer's queue, as its rule would. */
  const deliver = async (consumer: string, body: string) =>
    pipeline.sqs.send(
      new SendMessageCommand({ QueueUrl: pipeline.output(`${consumer}QueueUrl`), MessageBody: body }),
    );
  const rowOf = async (key: string) =>
    (await pipeline.metadataRows()).find((row) => row['object_key'] === key);
  const countOf = async (key: string) =>
    (await pipeline.counterRows()).find((row) => row['file_key'] === key);

  /** The bodies that the eavesdropper has heard of one key, in the order that they happened. */
  async function heard(key: string): Promise<string[]> {
    await pipeline.drain();
    const bodies = await eavesdropper.take();
    return bodies
      .filter((body) => objectOf(body).key === key)
      .toSorted((left, right) => (sequenceOf(left) < sequenceOf(right) ? -1 : 1));
  }

  test('a duplicate delivery changes nothing', async () => {
    await put('csv/duplicate.csv');
    const [body] = await heard('csv/duplicate.csv');
    const before = [await rowOf('csv/duplicate.csv'), await countOf('csv/duplicate.csv')];

    for (const consumer of ['MetadataWriter', 'CsvRowCounter']) await deliver(consumer, body!);
    await pipeline.drain();

    expect([await rowOf('csv/duplicate.csv'), await countOf('csv/duplicate.csv')]).toEqual(before);
    expect(before[0]).toMatchObject({ size: 8, deleted: false });
    expect(before[1]).toMatchObject({ row_count: 2 });
  });

  test('an older event after a newer one is superseded', async () => {
    await put('csv/overwritten.csv', 'a\n');
    await put('csv/overwritten.csv', 'a\nb\nc\n');
    const [older] = await heard('csv/overwritten.csv');

    for (const consumer of ['MetadataWriter', 'CsvRowCounter']) await deliver(consumer, older!);
    await pipeline.drain();

    expect(await rowOf('csv/overwritten.csv')).toMatchObject({ size: 6 });
    expect(await countOf('csv/overwritten.csv')).toMatchObject({ row_count: 3 });
  });

  test('a create that arrives after its delete does not bring the object back', async () => {
    await put('csv/deleted.csv');
    await remove('csv/deleted.csv');
    const [created] = await heard('csv/deleted.csv');

    for (const consumer of ['MetadataWriter', 'CsvRowCounter']) await deliver(consumer, created!);
    await pipeline.drain();

    const tombstone = {
      deleted: true,
      event_name: 'ObjectRemoved:DeleteMarkerCreated',
      expires_at: expect.any(Number),
    };
    expect(await rowOf('csv/deleted.csv')).toMatchObject(tombstone);
    expect(await countOf('csv/deleted.csv')).toMatchObject(tombstone);
    expect(await countOf('csv/deleted.csv')).not.toHaveProperty('row_count');
  });

  test('a create after a delete makes a live row, which no leftover expiry can take away', async () => {
    await put('csv/again.csv');
    await remove('csv/again.csv');
    await put('csv/again.csv', 'a\n');
    await pipeline.drain();

    expect(await rowOf('csv/again.csv')).toMatchObject({ size: 2, deleted: false });
    expect(await rowOf('csv/again.csv')).not.toHaveProperty('expires_at');
  });

  test('a noncurrent version that expires leaves the row of the living object alone', async () => {
    await put('csv/versioned.csv', 'a\n');
    await put('csv/versioned.csv', 'a\nb\n');
    await pipeline.drain();
    const before = [await rowOf('csv/versioned.csv'), await countOf('csv/versioned.csv')];

    await pipeline.advance(9 * 86_400_000);
    const events = (await heard('csv/versioned.csv')).map((body) => (JSON.parse(body) as HeardEvent).detail);

    expect(events).toContainEqual(
      expect.objectContaining({ 'deletion-type': 'Permanently Deleted', reason: 'Lifecycle Expiration' }),
    );
    const { Versions } = await pipeline.s3.send(
      new ListObjectVersionsCommand({ Bucket: pipeline.bucket, Prefix: 'csv/versioned.csv' }),
    );
    expect(Versions).toHaveLength(1);
    expect([await rowOf('csv/versioned.csv'), await countOf('csv/versioned.csv')]).toEqual(before);
    expect(await pipeline.ledgerLines()).toContainEqual(
      expect.objectContaining({ object_key: 'csv/versioned.csv', event_name: 'LifecycleExpiration:Delete' }),
    );
  });

  test('an old marker removed under a live object leaves its row alone', async () => {
    await put('csv/marked.csv');
    const { VersionId: marker } = await remove('csv/marked.csv');
    await put('csv/marked.csv', 'a\nb\nc\n');
    await pipeline.drain();
    const before = [await rowOf('csv/marked.csv'), await countOf('csv/marked.csv')];

    await remove('csv/marked.csv', marker);
    await pipeline.drain();

    expect([await rowOf('csv/marked.csv'), await countOf('csv/marked.csv')]).toEqual(before);
    expect(before[1]).toMatchObject({ row_count: 3, deleted: false });
  });

  test('every permutation of put, put, delete version, undelete gives the same row', async () => {
    const key = 'csv/permuted.csv';
    const { VersionId: first } = await put(key, 'a\n');
    await put(key, 'a\nb\n');
    await remove(key, first);
    const { VersionId: marker } = await remove(key);
    await remove(key, marker);
    const events = await heard(key);
    expect(events).toHaveLength(5);
    const renamed = (body: string, name: string) => body.replaceAll(key, name);
    const names = permutations(events).map((order, index) => ({ order, name: `csv/permuted-${index}.csv` }));

    for (const { order, name } of names) {
      for (const body of order) await deliver('MetadataWriter', renamed(body, name));
    }
    await pipeline.drain();

    const rows = (await pipeline.metadataRows()).filter((row) =>
      /permuted-\d+/.test(String(row['object_key'])),
    );
    expect(rows).toHaveLength(120);
    const { object_key: _, ...fold } = (await rowOf(key))!;
    for (const { object_key: __, ...row } of rows) expect(row).toEqual(fold);
    // the events cannot say that the object is back: that is what `verify` is for
    expect(fold).toMatchObject({ deleted: true, event_name: 'ObjectRemoved:DeleteMarkerCreated' });
  });
});
