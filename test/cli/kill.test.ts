import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { concurrently } from '../../shared/concurrency.ts';
import { alteredAssembly, resourcesOf } from '../support/assembly.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { backfill } from '../support/object-events.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';
import { startSluice, type Running } from '../support/sluice.ts';
import { waitFor } from '../support/wait-for.ts';

const BATCH = 10;
const QUEUES = ['MetadataWriterQueueUrl', 'LedgerExporterQueueUrl'];

let pipeline: PipelineUnderTest;

// nobody takes anything out of the queues, so that what was sent can be counted
beforeEach(async () => {
  const assemblyDir = alteredAssembly((template) => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::EventSourceMapping')) {
      Properties['Enabled'] = false;
    }
  });
  pipeline = await PipelineUnderTest.start({ assemblyDir });
});
afterEach(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

async function count(queueOutput: string): Promise<number> {
  const { Attributes } = await pipeline.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: pipeline.output(queueOutput),
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
}

/** Takes everything out of a queue. @returns the bodies */
async function drainQueue(queueOutput: string): Promise<string[]> {
  const QueueUrl = pipeline.output(queueOutput);
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await pipeline.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await pipeline.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

const keyIn = (body: string): string =>
  (JSON.parse(body) as { detail: { object: { key: string } } }).detail.object.key;

/** `kill -9` as soon as the condition holds; fails when the command was quicker. */
async function killWhen({ child, ended }: Running, condition: () => Promise<boolean>): Promise<void> {
  await waitFor(condition, 'the moment to kill', 60_000, 1);
  child.kill('SIGKILL');
  expect(await ended).toMatchObject({ exitCode: null });
}

async function upload(keys: readonly string[]): Promise<void> {
  await concurrently(keys, 8, async (Key) => {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'x' }));
  });
}

const keysOf = (length: number) => Array.from({ length }, (_, n) => `k${String(n).padStart(4, '0')}`);

describe('killed in the middle and run again', () => {
  test('redrive has lost no letter, and sent at most one batch twice', async () => {
    const keys = keysOf(600);
    const QueueUrl = pipeline.output('MetadataWriterDeadLetterQueueUrl');
    for (let at = 0; at < keys.length; at += BATCH) {
      const Entries = keys
        .slice(at, at + BATCH)
        .map((key, index) => ({ Id: String(index), MessageBody: JSON.stringify(backfill({ key })) }));
      await pipeline.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }

    await killWhen(
      startSluice(['redrive', '--yes'], { pipeline }),
      async () => (await count('MetadataWriterQueueUrl')) >= 100,
    );
    // what it had in hand comes back
    await pipeline.advance(61_000);
    const again = await sluiceInside(pipeline, 'redrive', '--yes', '--json');

    expect(again.exitCode).toBe(0);
    expect(again.json<{ moved: number }>().moved).toBeLessThanOrEqual(500 + BATCH);
    expect(await count('MetadataWriterDeadLetterQueueUrl')).toBe(0);
    const sent = (await drainQueue('MetadataWriterQueueUrl')).map(keyIn);
    expect([...new Set(sent)].toSorted()).toEqual(keys);
    expect(sent.length).toBeLessThanOrEqual(keys.length + BATCH);
  }, 180_000);

  test('backfill goes on from its checkpoint, and has sent at most one batch twice to a queue', async () => {
    const keys = keysOf(600);
    await upload(keys);
    await pipeline.drain();
    for (const queue of QUEUES) await drainQueue(queue);

    await killWhen(
      startSluice(['backfill', '--yes'], { pipeline }),
      async () => (await count('MetadataWriterQueueUrl')) >= 100,
    );
    const anew = await sluiceInside(pipeline, 'backfill', '--yes');
    const all = await sluiceInside(pipeline, 'backfill', '--dry-run', '--json');
    const left = await sluiceInside(pipeline, 'backfill', '--dry-run', '--json', '--resume');
    const resumed = await sluiceInside(pipeline, 'backfill', '--yes', '--resume', '--json');

    expect(anew).toMatchObject({ exitCode: 2 });
    expect(anew.stderr).toContain('go on with --resume');
    expect(all.json()).toMatchObject({ objects: 600 });
    expect(left.json<{ objects: number }>().objects).toBeLessThanOrEqual(500 + BATCH);
    expect(resumed.json()).toMatchObject({ isComplete: true, objects: 600 });
    for (const queue of QUEUES) {
      const sent = (await drainQueue(queue)).map(keyIn);
      expect([...new Set(sent)].toSorted()).toEqual(keys);
      expect(sent.length).toBeLessThanOrEqual(keys.length + BATCH);
    }
    expect(await sluiceInside(pipeline, 'backfill', '--resume', '--yes')).toMatchObject({ exitCode: 3 });
  }, 180_000);

  test('backfill does not run twice at once', async () => {
    const checkpoint = join(temporaryFolder('lock'), 'backfill.json');
    const args = ['backfill', '--yes', '--checkpoint', checkpoint];
    writeFileSync(`${checkpoint}.lock`, String(process.pid));
    const second = await sluiceInside(pipeline, ...args);
    writeFileSync(`${checkpoint}.lock`, '999999999');
    const third = await sluiceInside(pipeline, ...args);

    expect(second).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('at the same work') as string,
    });
    // there is nothing to send; the lock was of a process that is gone
    expect(third.exitCode).toBe(3);
    expect(existsSync(`${checkpoint}.lock`)).toBe(false);
  });

  test('replay is followed to its end, and has sent each event once', async () => {
    const keys = keysOf(300);
    await upload(keys);
    await waitFor(async () => (await count('LedgerExporterQueueUrl')) === keys.length, 'the events');
    for (const queue of QUEUES) await drainQueue(queue);
    const args = ['replay', '--since', '1h', '--name', 'again', '--yes'];

    const running = startSluice(args, { pipeline });
    await killWhen(running, async () => running.stderr().includes('has started'));
    const again = await sluiceInside(pipeline, ...args, '--json', '--no-wait');
    const other = await sluiceInside(pipeline, ...args, '--consumer', 'ledger-exporter');

    expect(again.json()).toMatchObject({ isNew: false });
    expect(other).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('other consumers') as string,
    });
    await waitFor(async () => {
      const shown = await sluiceInside(pipeline, 'replay', 'show', 'again', '--json');
      return shown.json<{ replay: { state: string } }>().replay.state === 'COMPLETED';
    }, 'the replay to end');
    for (const queue of QUEUES) {
      const sent = (await drainQueue(queue)).map(keyIn);
      expect(sent.toSorted()).toEqual(keys);
    }
  }, 180_000);
});
