import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { busEvent } from '../../support/object-events.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';

let pipeline: PipelineUnderTest;
beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
}, 300_000);
afterAll(() => pipeline?.[Symbol.asyncDispose]());

const Key = 'notes/plan.txt';

async function put(Body: string): Promise<string> {
  const { VersionId } = await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
  await pipeline.drain();
  return VersionId!;
}

/** What whoever may send to the writer’s queue can have it believe. */
async function forge(versionId: string, etag: string): Promise<void> {
  const event = busEvent({
    bucket: pipeline.bucket,
    key: Key,
    versionId,
    etag,
    sequencer: 'FFFFFFFFFFFFFFFFFF',
    time: '9999-01-01T00:00:00Z',
  });
  const QueueUrl = pipeline.output('MetadataWriterQueueUrl');
  await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(event) }));
  await pipeline.drain();
}

const row = async () => (await pipeline.metadataRows()).find((one) => one['object_key'] === Key);

const found = async (...more: readonly string[]) => {
  const ran = await sluiceInside(pipeline, 'verify', '--grace', '0s', '--json', ...more);
  return ran
    .json<{ findings: { class: string; consumer: string; key: string }[] }>()
    .findings.map(({ class: what, consumer, key }) => `${what} ${consumer} ${key}`);
};

describe('a row with a forged place in the order of events', { timeout: 300_000 }, () => {
  test('supersedes every upload, is found, and is mended by a repair, so that the next upload counts again', async () => {
    const first = await put('1');
    await forge(first, 'c4ca4238a0b923820dcc509a6f75849b');
    expect(await found()).toEqual([`ahead metadata-writer ${Key}`]);

    const second = await put('two');
    expect(await row()).toMatchObject({ version_id: first });
    expect(await found()).toEqual([`stale metadata-writer ${Key}`]);

    await found('--repair', '--yes');
    await pipeline.drain();
    expect(await row()).toMatchObject({ version_id: second, size: 3 });
    expect(await row()).not.toHaveProperty('sequencer');
    expect(await found()).toEqual([]);

    const third = await put('three');
    expect(await row()).toMatchObject({ version_id: third, size: 5 });
    expect(await found()).toEqual([]);
  });
});
