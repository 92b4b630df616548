import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { busEvent } from '../../support/object-events.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import { sluiceInside } from '../../support/sluice-inside.ts';
import { waitFor } from '../../support/wait-for.ts';

const LETTERS = 300;

async function deadLetters(pipeline: PipelineUnderTest): Promise<number> {
  const { consumers } = (await sluiceInside(pipeline, 'status', '--json')).json<{
    consumers: { name: string; deadLetters: number }[];
  }>();
  return consumers.find(({ name }) => name === 'metadata-writer')?.deadLetters ?? 0;
}

test('letters whose cause is not mended are moved once, and not again as they come back', async () => {
  await using pipeline = await PipelineUnderTest.start();
  const QueueUrl = pipeline.output('MetadataWriterQueueUrl');
  for (let at = 0; at < LETTERS; at += 10) {
    const Entries = Array.from({ length: 10 }, (_, n) => ({
      Id: String(n),
      MessageBody: `no event ${at + n}`,
    }));
    await pipeline.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  await waitFor(async () => (await deadLetters(pipeline)) === LETTERS, 'the letters', 30_000);

  const ran = await sluiceInside(pipeline, 'redrive', '--yes', '--json');

  expect(ran.json()).toMatchObject({ moved: LETTERS, matched: LETTERS });
  await waitFor(async () => (await deadLetters(pipeline)) === LETTERS, 'the letters to be back', 30_000);
}, 60_000);

test('a letter goes back to its queue with the mark of a redrive, and without its reasons', async () => {
  await using pipeline = await PipelineUnderTest.start();
  const MessageBody = JSON.stringify(busEvent({ key: 'csv/a.csv' }));
  const Reason = { DataType: 'String', StringValue: 'retries-exhausted' };
  const paused = await sluiceInside(pipeline, 'pause', 'csv-row-counter', '--yes');
  await pipeline.sqs.send(
    new SendMessageCommand({
      QueueUrl: pipeline.output('CsvRowCounterDeadLetterQueueUrl'),
      MessageBody,
      MessageAttributes: { Reason },
    }),
  );

  const ran = await sluiceInside(pipeline, 'redrive', '--consumer', 'csv-row-counter', '--yes', '--json');

  const { Messages = [] } = await pipeline.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: pipeline.output('CsvRowCounterQueueUrl'),
      MessageAttributeNames: ['All'],
    }),
  );
  expect([paused.exitCode, ran.json()]).toEqual([0, expect.objectContaining({ moved: 1 })]);
  expect(Messages).toMatchObject([{ Body: MessageBody }]);
  expect(Messages[0]?.MessageAttributes).toMatchObject({ 'sluice-redriven': { StringValue: 'true' } });
  expect(Messages[0]?.MessageAttributes).not.toHaveProperty('Reason');
}, 60_000);
