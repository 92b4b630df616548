import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { alteredAssembly, resourcesOf } from '../support/assembly.ts';
import { busEvent } from '../support/object-events.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluice } from '../support/sluice.ts';
import { waitFor } from '../support/wait-for.ts';

const DAY_MS = 86_400_000;

/** Whose functions take nothing: what is delivered waits in the queues. */
const consumersStopped = () =>
  alteredAssembly((template) => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::EventSourceMapping')) {
      Properties['Enabled'] = false;
    }
  });

const KEYS = Array.from({ length: 12 }, (_, index) => `${index % 3 === 0 ? 'csv' : 'files'}/${index}.csv`);
const COUNTED = KEYS.filter((key) => key.startsWith('csv/'));

async function upload(pipeline: PipelineUnderTest): Promise<void> {
  await Promise.all(
    KEYS.map((Key) =>
      pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a,b\n1,2\n' })),
    ),
  );
  await waitFor(
    async () => (await pipeline.status()).bus.outbox === 0,
    'the events to be in the queues',
    60_000,
  );
}

/** What became of the uploads, once nothing waits. */
async function outcome(pipeline: PipelineUnderTest) {
  await pipeline.drain();
  const rows = await pipeline.metadataRows();
  const counted = await pipeline.counterRows();
  return {
    rows: rows.map((row) => String(row['object_key'])).toSorted(),
    counted: counted.map((row) => String(row['file_key'])).toSorted(),
    ledger: [...new Set((await pipeline.ledgerLines()).map((line) => String(line['object_key'])))].toSorted(),
    tally: (await pipeline.status()).tally,
  };
}

const EVERYTHING = {
  rows: KEYS.toSorted(),
  counted: COUNTED.toSorted(),
  ledger: KEYS.toSorted(),
  tally: {},
};

describe('five days later', () => {
  test('a pipeline that was killed with messages queued processes all of them, and has dropped none', async () => {
    const dataDir = temporaryFolder('later');
    const first = await PipelineUnderTest.start({ dataDir, assemblyDir: consumersStopped() });
    await upload(first);
    await first.kill();

    await using second = await PipelineUnderTest.start({ dataDir, aheadMs: 5 * DAY_MS });

    expect(await outcome(second)).toEqual(EVERYTHING);
  }, 180_000);

  test('a laptop that slept with messages queued has lost none', async () => {
    const dataDir = temporaryFolder('sleeping');
    const first = await PipelineUnderTest.start({ dataDir, assemblyDir: consumersStopped(), aheadMs: 0 });
    await upload(first);
    first.leap(5 * DAY_MS);
    await waitFor(
      async () => Date.parse((await first.status()).now) > Date.now() + 4 * DAY_MS,
      'the runtime to see the new time',
      60_000,
    );
    // what it removes is removed at the latest while the hours of running pass
    await first.advance(3_600_000);
    await first.stop();

    await using second = await PipelineUnderTest.start({ dataDir, aheadMs: 5 * DAY_MS });

    expect(await outcome(second)).toEqual(EVERYTHING);
  }, 180_000);
});

test('a message that expires is a letter with that reason, and is redriven like any other', async () => {
  const dataDir = temporaryFolder('expired');
  const first = await PipelineUnderTest.start({ dataDir, assemblyDir: consumersStopped() });
  await upload(first);
  await first.advance(4 * DAY_MS + 120_000);
  await first.stop();

  await using second = await PipelineUnderTest.start({ dataDir });
  const listed = await sluice(['dead', 'list', '--json'], { pipeline: second });
  const { groups } = listed.json<{ groups: { consumer: string; reason: string; count: number }[] }>();
  const redriven = await sluice(['redrive', '--reason', 'expired', '--yes'], { pipeline: second });
  const { tally, ...rest } = await outcome(second);

  expect(groups.map(({ consumer, reason, count }) => `${consumer} ${reason} ${count}`).toSorted()).toEqual([
    `csv-row-counter expired ${COUNTED.length}`,
    `ledger-exporter expired ${KEYS.length}`,
    `metadata-writer expired ${KEYS.length}`,
  ]);
  expect(redriven).toMatchObject({ exitCode: 0 });
  expect(tally).toEqual({ 'expired-messages': 2 * KEYS.length + COUNTED.length });
  expect(rest).toEqual({ rows: EVERYTHING.rows, counted: EVERYTHING.counted, ledger: EVERYTHING.ledger });
}, 180_000);

test('a letter of a clock that was five days ahead is redriven once that is set back', async () => {
  const dataDir = temporaryFolder('ahead');
  const first = await PipelineUnderTest.start({ dataDir, aheadMs: 5 * DAY_MS });
  await first.sqs.send(
    new SendMessageCommand({
      QueueUrl: first.output('MetadataWriterDeadLetterQueueUrl'),
      MessageBody: JSON.stringify(busEvent({ bucket: first.bucket, key: 'photos/ahead.png' })),
      MessageAttributes: { Reason: { DataType: 'String', StringValue: 'retries-exhausted' } },
    }),
  );
  await first.stop();

  await using second = await PipelineUnderTest.start({ dataDir, aheadMs: 0 });
  // a letter becomes visible at a time too, which is moved with the clock
  await second.advance(60_000);
  const redriven = await sluice(['redrive', '--yes', '--json'], { pipeline: second });

  expect(redriven).toMatchObject({ exitCode: 0 });
  expect(redriven.json()).toMatchObject({ moved: 1, notDeleted: 0, failures: [] });
  expect(await second.letters('MetadataWriterDeadLetterQueueUrl')).toEqual([]);
}, 180_000);
