import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { DEPLOYED_COUNTER } from './deployed-counter.ts';
import { usageOfTree } from './processes.ts';
import { quantile, spread } from './statistics.ts';

const MEGABYTE = 1024 * 1024;
const LINE = '2026-11-20T07:00:00Z,"Müller, Jörg",17,19.99,ACME-0815\n';
const LINES_PER_BLOCK = 20_000;
const ROUNDS = 7;
const PATIENCE_MS = 900_000;
const LOOK_MS = 50;
const DISCARD = resolve(import.meta.dirname, 'discard-body.ts');

/**
 * A CSV of about so many bytes: is it counted right, in what memory, and how much longer does that take than to read it
 * and throw it away? In turn, a copy of it is counted by the pipeline, and its bytes are discarded by another process.
 */
export async function largeCsv(bytes: number): Promise<string[]> {
  await using pipeline = await PipelineUnderTest.start();
  const block = Buffer.from(LINE.repeat(LINES_PER_BLOCK));
  const blocks = Math.ceil(bytes / block.length);
  const began = performance.now();
  const original = 'uploads/large.csv';
  const body = Readable.from(Iterator.from(Array<Buffer>(blocks).fill(block)));
  const params = { Bucket: pipeline.bucket, Key: original, Body: body };
  await new Upload({ client: pipeline.s3, partSize: 64 * MEGABYTE, queueSize: 2, params }).done();
  const uploadedMs = performance.now() - began;

  const rounds: Round[] = [];
  // the first round warms the page cache up, and starts the function
  for (let round = 0; round <= ROUNDS; round++) {
    const counted = await count(pipeline, original, `csv/large-${round}.csv`, blocks * LINES_PER_BLOCK);
    const discardMs = await discard(pipeline, original);
    if (round > 0) rounds.push({ ...counted, discardMs });
  }
  const ratio = (of: (round: Round) => number) => spread(rounds.map(of), '×', 2);
  const seconds = (of: (round: Round) => number) =>
    spread(
      rounds.map((round) => of(round) / 1_000),
      's',
      2,
    );
  const usages = usageOfTree(pipeline.pid);
  const peak = (wanted: string) => {
    const peaks = usages.filter(({ name }) => name === wanted).map(({ peakBytes }) => peakBytes);
    return `${Math.round(Math.max(...peaks) / MEGABYTE)} MiB`;
  };
  const gigabytes = (blocks * block.length) / 1e9;
  const rate =
    (gigabytes * 1e6) /
    quantile(
      rounds.map(({ countMs }) => countMs),
      0.5,
    );
  return [
    `${gigabytes.toFixed(2)} GB, ${blocks * LINES_PER_BLOCK} rows, uploaded by multipart in ${(uploadedMs / 1_000).toFixed(1)} s`,
    `read and discarded: ${seconds(({ discardMs }) => discardMs)}`,
    `read and counted by the function: ${seconds(({ countMs }) => countMs)}, ${Math.round(rate)} MB/s; to the discarding ${ratio(({ countMs, discardMs }) => countMs / discardMs)}`,
    `the upload (a copy within the bucket) answered, to recorded: ${seconds(({ recordedMs }) => recordedMs)}; to the discarding ${ratio(({ recordedMs, discardMs }) => recordedMs / discardMs)}`,
    `peak resident memory: the function ${peak('csv-row-counter')} (of ${DEPLOYED_COUNTER.memoryMb} MB), the runtime ${peak('runtime')}, dynalite ${peak('dynalite')}`,
  ];
}

interface Round {
  /** From the answer to the copy until the row could be read. */
  readonly recordedMs: number;
  /** What the row says of the function's reading and counting. */
  readonly countMs: number;
  readonly discardMs: number;
}

async function count(pipeline: PipelineUnderTest, original: string, key: string, lines: number) {
  const CopySource = `${pipeline.bucket}/${original}`;
  await pipeline.s3.send(new CopyObjectCommand({ Bucket: pipeline.bucket, Key: key, CopySource }));
  const answered = performance.now();
  let row: Record<string, unknown> | undefined;
  const isRecorded = async (): Promise<boolean> => {
    row = (await pipeline.counterRows()).find(({ file_key }) => file_key === key);
    return row !== undefined;
  };
  await waitFor(isRecorded, `${key} to be counted`, PATIENCE_MS, LOOK_MS);
  const recordedMs = performance.now() - answered;
  if (row?.['row_count'] !== lines) throw new Error(`${lines} lines were counted as ${JSON.stringify(row)}`);
  return { recordedMs, countMs: Number(row['duration_ms']) };
}

async function discard(pipeline: PipelineUnderTest, key: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    DISCARD,
    pipeline.endpoint,
    pipeline.bucket,
    key,
  ]);
  return Number(stdout);
}
