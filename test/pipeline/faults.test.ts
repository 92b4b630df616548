import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, type Message } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alteredAssembly, resourcesOf } from '../support/assembly.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

const reasonOf = (letter: Message) => letter.MessageAttributes?.['Reason']?.StringValue;

/** An upload's event as EventBridge would deliver it, with more in it if wanted. */
const uploadEvent = (bucket: string, key: string, sequencer: string, more: object = {}) =>
  JSON.stringify({
    version: '0',
    id: 'a7c9f1d0-0000-4000-8000-000000000000',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '000000000000',
    time: '2026-11-20T07:00:00Z',
    region: 'us-east-1',
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size: 5, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      reason: 'PutObject',
      ...more,
    },
  });

describe('what cannot be processed becomes a letter with its reason, and its neighbours are unhurt', () => {
  let pipeline: PipelineUnderTest;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
  });

  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  const send = async (...bodies: string[]) =>
    pipeline.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: pipeline.output('MetadataWriterQueueUrl'),
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      }),
    );
  const keys = async () => (await pipeline.metadataRows()).map((row) => row['object_key']);

  test.each([
    ['a body that is no JSON', 'not {json', 'malformed-event'],
    ['JSON that is no event', '{"hello":"world"}', 'malformed-event'],
    [
      'an event with no object in it',
      uploadEvent('b', 'k', '0a').replace('"object"', '"subject"'),
      'malformed-event',
    ],
    [
      'a detail-type that S3 may add one day',
      uploadEvent('b', 'k', '0a').replace('Object Created', 'Object Dreamt Of'),
      'unsupported-event',
    ],
    [
      'another major version',
      uploadEvent('b', 'k', '0a').replace('"version":"0"', '"version":"9"'),
      'unsupported-event',
    ],
  ])('%s is a letter at once', async (_, body, reason) => {
    await send(body);
    await pipeline.drain(60_000);

    const letters = await pipeline.letters('MetadataWriterDeadLetterQueueUrl');
    expect(letters.map((letter) => [letter.Body, reasonOf(letter)])).toEqual([[body, reason]]);
    expect(letters[0]?.MessageAttributes?.['ErrorMessage']?.StringValue).toBeTruthy();
  });

  test('one record that cannot be stored, among nine that can, is tried for over an hour and then a letter', async () => {
    const good = Array.from({ length: 9 }, (_, index) =>
      uploadEvent(pipeline.bucket, `good-${index}`, '0617f08299329d189'),
    );
    // DynamoDB takes no item above 400 KB, however often it is asked
    const bad = uploadEvent(pipeline.bucket, 'bad', '0617f08299329d189', {
      'request-id': 'x'.repeat(500_000),
    });
    await send(...good.slice(0, 4), bad, ...good.slice(4));
    await pipeline.advance(10_000);
    expect(await keys()).toEqual(expect.arrayContaining(good.map((_, index) => `good-${index}`)));

    await pipeline.drain();

    const letters = await pipeline.letters('MetadataWriterDeadLetterQueueUrl');
    expect(letters.map((letter) => [letter.Body, reasonOf(letter)])).toEqual([[bad, 'retries-exhausted']]);
    expect(letters[0]?.MessageAttributes?.['ErrorName']?.StringValue).toBe('ValidationException');
    expect(await keys()).not.toContain('bad');
  });
});

/**
 * An assembly in which one function's bundle is `code`, with the smallest timeout and memory that keep the test short.
 * Its queue makes a letter after three receives, since the function dies at each in the same way and lengthens no wait;
 * that the template's own fourteen are counted out, over an hour, the record above that cannot be stored shows.
 */
function assemblyWithFunction(consumer: string, code: string, properties: object) {
  const directory = alteredAssembly((template) => {
    for (const [, queue] of resourcesOf(template, 'AWS::SQS::Queue', consumer)) {
      const redrivePolicy = queue.Properties['RedrivePolicy'] as { maxReceiveCount: number } | undefined;
      if (redrivePolicy !== undefined) redrivePolicy.maxReceiveCount = 3;
    }
    for (const [, lambda] of resourcesOf(template, 'AWS::Lambda::Function', consumer)) {
      Object.assign(lambda.Properties, properties, { Code: { S3Bucket: 'b', S3Key: 'broken.zip' } });
    }
  });
  const manifest = join(
    directory,
    readdirSync(directory).find((name) => name.endsWith('.assets.json'))!,
  );
  const assets = JSON.parse(readFileSync(manifest, 'utf8')) as { files: Record<string, unknown> };
  assets.files['broken'] = {
    source: { path: 'asset.broken' },
    destinations: { d: { objectKey: 'broken.zip' } },
  };
  writeFileSync(manifest, JSON.stringify(assets));
  mkdirSync(join(directory, 'asset.broken'));
  writeFileSync(join(directory, 'asset.broken', 'index.mjs'), code);
  return directory;
}

describe('a function that dies on a record leaves it to the queue, which makes it a letter without a reason', () => {
  test.each([
    [
      'past its timeout',
      'export const handler = async () => { for (;;) await new Promise((resolve) => setImmediate(resolve)); };',
      { Timeout: 1 },
      /Task timed out after 1\.00 seconds/,
    ],
    [
      'past its memory',
      'const held = []; export const handler = async () => { for (;;) { held.push(Buffer.alloc(8e6, 1)); await new Promise((resolve) => setImmediate(resolve)); } };',
      { MemorySize: 192 },
      /Runtime\.OutOfMemory/,
    ],
    [
      'crashing the process',
      'export const handler = async () => { process.abort(); };',
      {},
      /Runtime\.ExitError/,
    ],
  ])(
    '%s',
    async (_, code, properties, said) => {
      const assemblyDir = assemblyWithFunction('LedgerExporter', code, properties);
      await using pipeline = await PipelineUnderTest.start({ assemblyDir });

      await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'deadly.txt', Body: 'x' }));
      await pipeline.drain();

      const letters = await pipeline.letters('LedgerExporterDeadLetterQueueUrl');
      expect(letters).toHaveLength(1);
      expect(reasonOf(letters[0]!)).toBeUndefined();
      expect(letters[0]?.Body).toContain('deadly.txt');
      expect(pipeline.logs()).toMatch(said);
      expect(await pipeline.metadataRows()).toEqual([expect.objectContaining({ object_key: 'deadly.txt' })]);
    },
    180_000,
  );
});
