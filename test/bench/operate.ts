import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { ListObjectVersionsCommand, PutObjectCommand, type ObjectVersion } from '@aws-sdk/client-s3';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { concurrently } from '../../shared/concurrency.ts';
import { alteredAssembly, resourcesOf } from '../support/assembly.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { startSluice } from '../support/sluice.ts';
import { usageOfTree } from './processes.ts';
import { spread } from './statistics.ts';

const UPLOADERS = 16;
const ROWS_AT_A_TIME = 25;
const VERIFICATIONS = 3;
const CSV_EVERY = 5;
const LOOK_MS = 25;
/** About a tenth of the objects: V8 collects no sooner than it must, so that a peak says little unless beside another. */
const TENTH = ['--prefix', 'photos/1'];

/**
 * `verify` and `backfill` of many objects, a fifth of them CSVs. The functions are switched off: they are not what is
 * measured, and would take the better part of an hour. The rows that they would have written are written directly.
 */
export async function verifyAndBackfill(objects: number): Promise<string[]> {
  const assemblyDir = alteredAssembly((template) => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::Lambda::EventSourceMapping')) {
      Properties['Enabled'] = false;
    }
  });
  await using pipeline = await PipelineUnderTest.start({ assemblyDir });
  for (const consumer of ['MetadataWriter', 'CsvRowCounter', 'LedgerExporter']) {
    await pipeline.events.send(new DisableRuleCommand({ Name: pipeline.output(`${consumer}RuleName`) }));
  }
  const keys = Array.from({ length: objects }, (_, n) =>
    n % CSV_EVERY === 0 ? `csv/${n}.csv` : `photos/${n}.jpg`,
  );
  await concurrently(keys, UPLOADERS, async (Key) => {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: 'x' }));
  });

  const backfilled = await measured(pipeline, ['backfill', '--yes', '--json']);
  const { messages } = JSON.parse(backfilled.stdout) as { messages: Record<string, number> };
  expectThat(messages['metadata-writer'] === objects, `backfill sent ${JSON.stringify(messages)}`);

  await writeRows(pipeline);
  const verified = [];
  for (let n = 0; n < VERIFICATIONS; n++) {
    const run = await measured(pipeline, ['verify', '--json', '--grace', '0s']);
    const { isClean, compared } = JSON.parse(run.stdout) as { isClean: boolean; compared: object };
    expectThat(isClean, `verify found something: ${JSON.stringify(compared)}`);
    verified.push(run);
  }
  const tenth = {
    verify: await measured(pipeline, ['verify', '--json', '--grace', '0s', ...TENTH]),
    backfill: await measured(pipeline, ['backfill', '--yes', '--json', ...TENTH]),
  };
  const rates = verified.map(({ ms }) => (objects * 1_000) / ms);
  const sent = Object.values(messages).reduce((sum, count) => sum + count, 0);
  return [
    `verify of ${objects} objects, a fifth of them CSVs, all in agreement: ${spread(
      verified.map(({ ms }) => ms / 1_000),
      's',
      1,
    )}, ${spread(rates, 'objects/s')}, peak RSS of sluice ${peak(verified)}; with a tenth of them ${peak([tenth.verify])}`,
    `backfill of the same at full rate: ${sent} messages in ${(backfilled.ms / 1_000).toFixed(1)} s, ${Math.round((objects * 1_000) / backfilled.ms)} objects/s, peak RSS of sluice ${peak([backfilled])}; with a tenth of them ${peak([tenth.backfill])}`,
  ];
}

function peak(runs: readonly Run[]): string {
  const bytes = Math.max(...runs.map(({ peakBytes }) => peakBytes));
  return `${Math.round(bytes / 1_024 / 1_024)} MiB`;
}

interface Run {
  readonly ms: number;
  readonly peakBytes: number;
  readonly stdout: string;
}

/** A command line from its start to its end, Node's own start included. */
async function measured(pipeline: PipelineUnderTest, args: readonly string[]): Promise<Run> {
  const began = performance.now();
  const running = startSluice(args, { pipeline });
  let peakBytes = 0;
  const look = setInterval(() => {
    for (const usage of usageOfTree(running.child.pid!)) peakBytes = Math.max(peakBytes, usage.peakBytes);
  }, LOOK_MS);
  const { exitCode, stdout, stderr } = await running.ended;
  clearInterval(look);
  expectThat(exitCode === 0, `sluice ${args.join(' ')} ended with ${exitCode}: ${stderr}`);
  return { ms: performance.now() - began, peakBytes, stdout };
}

/** The rows as the functions would have left them, as far as a verification looks. */
async function writeRows(pipeline: PipelineUnderTest): Promise<void> {
  const { s3, tables, bucket } = pipeline;
  const metadata = pipeline.output('UploadMetadataTableName');
  const counts = pipeline.output('ProcessedFilesTableName');
  let markers = {};
  for (;;) {
    const {
      Versions = [],
      IsTruncated,
      NextKeyMarker,
      NextVersionIdMarker,
    } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, ...markers }));
    const rows = Versions.map((version) => rowOf(version));
    const writes = [
      ...rows.map((row) => ({ table: metadata, item: { bucket, object_key: row.key, ...row.rest } })),
      ...rows
        .filter(({ key }) => key.startsWith('csv/'))
        .map((row) => ({ table: counts, item: { file_key: row.key, status: 'counted', ...row.rest } })),
    ];
    const portions = Array.from({ length: Math.ceil(writes.length / ROWS_AT_A_TIME) }, (_, n) =>
      writes.slice(n * ROWS_AT_A_TIME, (n + 1) * ROWS_AT_A_TIME),
    );
    await concurrently(portions, 4, async (portion) => {
      const byTable = Map.groupBy(portion, ({ table }) => table);
      const RequestItems = Object.fromEntries(
        [...byTable].map(([table, items]) => [
          table,
          items.map(({ item }) => ({ PutRequest: { Item: item } })),
        ]),
      );
      const { UnprocessedItems = {} } = await tables.send(new BatchWriteCommand({ RequestItems }));
      expectThat(Object.keys(UnprocessedItems).length === 0, 'rows were not written');
    });
    if (IsTruncated !== true) return;
    markers = { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker };
  }
}

function rowOf({ Key = '', VersionId, ETag = '', LastModified }: ObjectVersion) {
  return {
    key: Key,
    rest: {
      version_id: VersionId,
      etag: ETag.replaceAll('"', ''),
      deleted: false,
      sequencer: '0000000000000000617f08299329d189',
      revision: 1,
      event_name: 'ObjectCreated:Put',
      event_time: LastModified?.toISOString(),
      size: 1,
      reason: 'PutObject',
      requester: '000000000000',
      source_ip: '127.0.0.1',
    },
  };
}

function expectThat(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
