import { PutObjectCommand } from '@aws-sdk/client-s3';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { usageOfTree, type Usage } from './processes.ts';

const UPLOADERS = 16;
// looking costs the runtime something too
const LOOK_AGAIN_MS = 200;
const PATIENCE_MS = 600_000;

/** Objects of 1 KB through every consumer: a CSV each, so that all three have work. */
export async function eventsPerSecond(objects: number): Promise<string[]> {
  await using pipeline = await PipelineUnderTest.start();
  const before = usageOfTree(pipeline.pid);
  const began = performance.now();
  await putAll(pipeline, objects);
  const uploadedMs = performance.now() - began;
  await waitFor(
    async () => (await pipeline.status()).drained,
    'the pipeline to drain',
    PATIENCE_MS,
    LOOK_AGAIN_MS,
  );
  const drainedMs = performance.now() - began;
  const cpuMs = cpuSince(before, usageOfTree(pipeline.pid));
  await checkNothingLost(pipeline, objects);
  const total = [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0);
  const perEvent = [...cpuMs].map(([name, ms]) => `${name} ${(ms / objects).toFixed(2)}`).join(', ');
  return [
    `${objects} uploads drained through three consumers in ${(drainedMs / 1_000).toFixed(1)} s: ${rate(objects, drainedMs)} events/s; ` +
      `uploads alone were answered at ${rate(objects, uploadedMs)}/s: ${(drainedMs / uploadedMs).toFixed(2)} × the time of the uploads`,
    `CPU per event ${(total / objects).toFixed(2)} ms (${perEvent}); nothing lost: ${objects} metadata rows, ${objects} counts, ${objects} events in the ledger`,
  ];
}

const rate = (count: number, ms: number) => Math.round((count * 1_000) / ms);

/** Uploads so many CSVs of 1 KB, 16 at a time. @param prefix a folder */
export async function putAll(
  pipeline: Pick<PipelineUnderTest, 's3' | 'bucket'>,
  objects: number,
  prefix = 'csv/bench',
): Promise<void> {
  const Body = 'a,b\n'.repeat(256);
  const next = Array.from({ length: objects }, (_, index) => `${prefix}/${index}.csv`)[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: UPLOADERS }, async () => {
      for (const Key of next) {
        await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
      }
    }),
  );
}

/** CPU time by name; the processes that were there before count from where they stood. */
export function cpuSince(before: readonly Usage[], after: readonly Usage[]): Map<string, number> {
  const earlier = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]));
  const byName = new Map<string, number>();
  for (const { pid, name, cpuMs } of after) {
    byName.set(name, (byName.get(name) ?? 0) + cpuMs - (earlier.get(pid) ?? 0));
  }
  return byName;
}

async function checkNothingLost(pipeline: PipelineUnderTest, objects: number): Promise<void> {
  const rows = await pipeline.metadataRows();
  const counted = (await pipeline.counterRows()).filter((row) => row['row_count'] === 256);
  const identities = new Set((await pipeline.ledgerLines()).map((line) => line['identity']));
  if (rows.length !== objects || counted.length !== objects || identities.size !== objects) {
    throw new Error(
      `of ${objects} uploads there are ${rows.length} rows, ${counted.length} counts and ${identities.size} ledger events`,
    );
  }
}
