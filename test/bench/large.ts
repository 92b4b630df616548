import { Readable } from 'node:stream';
import { Upload } from '@aws-sdk/lib-storage';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { usageOfTree } from './processes.ts';

const MEGABYTE = 1024 * 1024;
const LINE = '2026-11-20T07:00:00Z,"Müller, Jörg",17,19.99,ACME-0815\n';
const LINES_PER_BLOCK = 20_000;
const PATIENCE_MS = 900_000;

/** A CSV of about so many bytes, by multipart: is it counted right, and what memory does that take? */
export async function largeCsv(bytes: number): Promise<string[]> {
  await using pipeline = await PipelineUnderTest.start();
  const block = Buffer.from(LINE.repeat(LINES_PER_BLOCK));
  const blocks = Math.ceil(bytes / block.length);
  const began = performance.now();
  const upload = new Upload({
    client: pipeline.s3,
    partSize: 64 * MEGABYTE,
    queueSize: 2,
    params: { Bucket: pipeline.bucket, Key: 'csv/large.csv', Body: Readable.from(repeated(block, blocks)) },
  });
  await upload.done();
  const uploadedMs = performance.now() - began;
  const peaks = new Map<string, number>();
  let row: Record<string, unknown> | undefined;
  const look = async (): Promise<boolean> => {
    for (const { name, peakBytes } of usageOfTree(pipeline.pid))
      peaks.set(name, Math.max(peaks.get(name) ?? 0, peakBytes));
    [row] = await pipeline.counterRows();
    return row !== undefined;
  };
  await waitFor(look, 'the large CSV to be counted', PATIENCE_MS);
  const countedMs = performance.now() - began - uploadedMs;
  const lines = blocks * LINES_PER_BLOCK;
  if (row?.['row_count'] !== lines) throw new Error(`${lines} lines were counted as ${JSON.stringify(row)}`);
  const gigabytes = (blocks * block.length) / 1e9;
  const peak = (name: string) => `${Math.round((peaks.get(name) ?? 0) / MEGABYTE)} MiB`;
  return [
    `${gigabytes.toFixed(2)} GB, ${lines} rows counted right: uploaded by multipart in ${(uploadedMs / 1_000).toFixed(1)} s, counted ${(countedMs / 1_000).toFixed(1)} s after that`,
    `peak resident memory: the function ${peak('csv-row-counter')} (configured 512 MB), the runtime ${peak('runtime')}, dynalite ${peak('dynalite')}`,
  ];
}

function* repeated(block: Buffer, times: number): Generator<Buffer> {
  for (let index = 0; index < times; index++) yield block;
}
