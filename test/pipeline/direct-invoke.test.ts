import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvokeCommand, type InvocationType } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PipelineUnderTest } from '../support/pipeline.ts';

const SAMPLE = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/s3-events/notification-put.json'), 'utf8'),
) as { Records: { s3: { bucket: { name: string }; object: { key: string } } }[] };

describe('a function invoked directly, as S3 itself would', () => {
  let pipeline: PipelineUnderTest;

  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start();
  });

  afterAll(async () => pipeline?.[Symbol.asyncDispose]());

  /** Of the pipeline's own bucket: its role writes rows of no other. */
  const withKey = (key: string): typeof SAMPLE => {
    const event = structuredClone(SAMPLE);
    for (const { s3 } of event.Records) {
      s3.bucket.name = pipeline.bucket;
      s3.object.key = key;
    }
    return event;
  };
  const invoke = async (payload: unknown, InvocationType: InvocationType = 'RequestResponse') => {
    const { Payload, ...answer } = await pipeline.lambda.send(
      new InvokeCommand({
        FunctionName: pipeline.output('MetadataWriterFunctionName'),
        InvocationType,
        Payload: JSON.stringify(payload),
      }),
    );
    const text = Payload?.transformToString() ?? '';
    return { ...answer, answer: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
  };
  const keys = async () => (await pipeline.metadataRows()).map((row) => row['object_key']);

  test('writes the rows of a classic notification, its key decoded, and says how many', async () => {
    const { FunctionError, answer } = await invoke(withKey('a+b%2Bc%C3%A9.txt'));

    expect(FunctionError).toBeUndefined();
    expect(answer).toMatchObject({ written: 1 });
    expect(await keys()).toContain('a b+cé.txt');
  });

  test('skips a folder placeholder, and S3’s test event', async () => {
    expect((await invoke(withKey('folder/'))).answer).toMatchObject({ written: 0, skipped: 1 });
    const testEvent = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: '2026-11-20T07:00:00.000Z',
      Bucket: 'b',
    };
    expect((await invoke(testEvent)).answer).toMatchObject({ written: 0 });
    expect(await keys()).not.toContain('folder/');
  });

  test('throws what it cannot read, so that Lambda knows', async () => {
    const { FunctionError, answer } = await invoke({ hello: 'world' });

    expect(FunctionError).toBe('Unhandled');
    expect(answer).toMatchObject({ errorType: 'InvalidEventError' });
  });

  test('asynchronously is tried three times, and then a letter holds the event as it was', async () => {
    const event = { hello: 'world' };
    await invoke(event, 'Event');
    await pipeline.drain();

    const letters = await pipeline.letters('MetadataWriterDeadLetterQueueUrl');
    expect(letters.map(({ Body }) => JSON.parse(Body!) as unknown)).toEqual([event]);
    expect(letters[0]?.MessageAttributes).toMatchObject({
      RequestID: { StringValue: expect.any(String) },
      ErrorMessage: { StringValue: expect.stringContaining('hello') },
    });
    const tries = pipeline
      .logs()
      .split('\n')
      .filter((line) => line.startsWith('START') || line.includes('Invoke Error'));
    expect(tries.filter((line) => line.includes('Invoke Error'))).toHaveLength(4);
  });
});
