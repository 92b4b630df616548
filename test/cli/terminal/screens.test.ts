import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sluice } from '../../../cli/command-line.ts';
import { ASSEMBLY_DIR } from '../../support/assembly.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { fakeStreams } from '../../support/fake-streams.ts';
import { busEvent } from '../../support/object-events.ts';
import { PipelineUnderTest } from '../../support/pipeline.ts';

const WIDTHS = [60, 80, 100, 140];
const CONSUMERS = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'];
/** As long as S3 lets a key be, or nearly: 1,024 bytes. */
const LONG = ['x'.repeat(1_016), '訂'.repeat(338), '😀'.repeat(254)].map((name) => `csv/${name}.csv`);
const UNSEEN = 'csv/never-indexed-by-the-metadata-writer/orders.csv';
const REPLAY = `after-the-fix-${'of-the-long-night-'.repeat(2)}0123456789`;
const ERROR = `the table refuses it, ${'and refuses it again, '.repeat(8)}and says why at length`;

let pipeline: PipelineUnderTest;
let file: string;
let versions: string[];
let letterIds: string[];

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  file = join(temporaryFolder('screens'), 'orders.csv');
  writeFileSync(file, 'a,b\n1,2\n');
  const put = async (Key: string) =>
    (await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'a\n1\n' })))
      .VersionId!;
  versions = await Promise.all(LONG.map(put));
  letterIds = await Promise.all(
    LONG.map(async (key) => {
      const { MessageId = '' } = await pipeline.sqs.send(
        new SendMessageCommand({
          QueueUrl: pipeline.output('MetadataWriterDeadLetterQueueUrl'),
          MessageBody: JSON.stringify(busEvent({ bucket: pipeline.bucket, key })),
          MessageAttributes: {
            Reason: { DataType: 'String', StringValue: 'retries-exhausted' },
            ErrorMessage: { DataType: 'String', StringValue: ERROR },
          },
        }),
      );
      return MessageId;
    }),
  );
  await pipeline.drain();
  const Name = pipeline.output('MetadataWriterRuleName');
  await pipeline.events.send(new DisableRuleCommand({ Name }));
  await put(UNSEEN);
  await pipeline.drain();
  await pipeline.events.send(new EnableRuleCommand({ Name }));
  // no change is too young to be judged
  await pipeline.advance(60_000);
  await run(80, 'replay', '--since', '1h', '--name', REPLAY, '--consumer', 'ledger-exporter', '--yes');
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

/** In a terminal of so many columns; without colours, and with stdout and stderr as one screen. */
async function run(columns: number, ...args: string[]): Promise<string> {
  const streams = fakeStreams(columns);
  const isOfTemplate = args[0] === 'cost' || args[0] === 'capacity';
  const target = isOfTemplate ? ['--assembly', ASSEMBLY_DIR] : ['--data-dir', pipeline.dataDir];
  await sluice([...args, ...target], streams);
  // eslint-disable-next-line no-control-regex -- colours are of no interest here
  return (streams.out() + streams.err()).replaceAll(/\u001b\[[\d;]*m/g, '');
}

const located = (keys: readonly string[]): string[] => keys.map((key) => `s3://${pipeline.bucket}/${key}`);

/** Per verb what a person must be able to type or copy from its screen. */
const SCREENS: readonly [verb: string, args: () => string[], whole: () => readonly string[]][] = [
  ['put', () => ['put', '--dry-run', file, LONG[1]!], () => [...located([LONG[1]!]), ...CONSUMERS]],
  ['ls', () => ['ls'], () => [...LONG, ...CONSUMERS]],
  ['rm', () => ['rm', '--dry-run', ...LONG], () => [...located(LONG), ...CONSUMERS]],
  ['status', () => ['status'], () => [...CONSUMERS, 'consumer', 'state', 'retrying', 'undelivered']],
  ['status KEY', () => ['status', LONG[2]!], () => [...located([LONG[2]!]), versions[2]!, ...CONSUMERS]],
  [
    'status PREFIX',
    () => ['status', 'csv/'],
    () => [...located([UNSEEN]), ...CONSUMERS, 'recorded', 'missing', 'unread'],
  ],
  ['replay', () => ['replay', '--since', '1h', '--dry-run'], () => CONSUMERS],
  [
    'env',
    () => ['env'],
    () =>
      ['IngestBucketName', 'OutputBucketName', 'ProcessedFilesTableName'].map((name) =>
        pipeline.output(name),
      ),
  ],
  ['pause', () => ['pause', 'csv-row-counter', '--dry-run'], () => ['csv-row-counter', 'Enabled']],
  ['resume', () => ['resume', 'csv-row-counter', '--dry-run'], () => ['csv-row-counter', 'Enabled']],
  ['replay list', () => ['replay', 'list'], () => [REPLAY, 'COMPLETED']],
  ['replay show', () => ['replay', 'show', REPLAY], () => ['COMPLETED', 'ledger-exporter']],
  ['redrive', () => ['redrive', '--dry-run'], () => ['metadata-writer', 'retries-exhausted', ERROR]],
  [
    'dead list',
    () => ['dead', 'list'],
    () => [...letterIds, ...LONG, 'metadata-writer', 'retries-exhausted', ERROR],
  ],
  ['dead show', () => ['dead', 'show', letterIds[1]!], () => [letterIds[1]!, LONG[1]!, ERROR]],
  ['dead purge', () => ['dead', 'purge', '--dry-run'], () => ['metadata-writer', 'retries-exhausted', ERROR]],
  ['backfill', () => ['backfill', '--dry-run'], () => CONSUMERS],
  ['verify', () => ['verify', '--grace', '0s'], () => [...located([UNSEEN]), 'metadata-writer', 'missing']],
  [
    'logs',
    () => ['logs', '--consumer', 'metadata-writer', '--since', '7d'],
    () => [...LONG, 'metadata-writer'],
  ],
  [
    'doctor',
    () => ['doctor', '--all'],
    () => [pipeline.output('ProcessedFilesTableName'), 'sluice dead list', pipeline.bucket],
  ],
  ['cost', () => ['cost'], () => ['EventBridge', 'DynamoDB', 'CloudWatch']],
  [
    'capacity',
    () => ['capacity', '--uploads-per-second', '1e5'],
    () => ['EventBridge', 'DynamoDB', '--prefixes', 'ScalingConfig.MaximumConcurrency'],
  ],
  ['empty', () => ['empty', '--dry-run'], () => [pipeline.bucket, pipeline.output('OutputBucketName')]],
];

describe.each(WIDTHS)('a screen of %i columns', (columns) => {
  test.each(SCREENS)(
    'cuts nothing of what must be typed: sluice %s',
    async (_, args, whole) => {
      const screen = await run(columns, ...args());

      const lines = screen.split('\n');
      for (const text of whole()) {
        expect(
          lines.some((line) => line.includes(text)),
          `${text}\n${screen}`,
        ).toBe(true);
      }
      expect(screen).not.toMatch(/\S…\S/);
    },
    30_000,
  );
});
