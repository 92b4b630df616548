import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { type Client, type Outcome, type Place, prefixOf, ROWS } from './check.ts';
import { awsCli } from './aws-cli.ts';
import { boto3 } from './boto3.ts';
import { javascript } from './javascript.ts';
import { rcloneClient } from './rclone.ts';
import { s3cmdClient } from './s3cmd.ts';

export const CLIENTS: readonly Client[] = [awsCli, boto3, javascript, rcloneClient, s3cmdClient];

/** To be disposed of, folders and all. @param more flags for the start: `--private` */
export async function startPlace(...more: readonly string[]): Promise<Place> {
  const folder = temporaryFolder('clients');
  writeFileSync(join(folder, 'small.csv'), `id,name\n${'1,a\n'.repeat(ROWS.small - 1)}`);
  writeFileSync(join(folder, 'large.csv'), `id,name\n${'1234567,row of csv\n'.repeat(ROWS.large - 1)}`);
  mkdirSync(join(folder, 'tree', 'below'), { recursive: true });
  for (const name of ['a.csv', 'below/b.csv']) writeFileSync(join(folder, 'tree', name), 'id\n1\n');
  const pipeline = await PipelineUnderTest.start({ dataDir: join(folder, 'data'), more });
  return {
    pipeline,
    endpoint: pipeline.endpoint,
    bucket: pipeline.bucket,
    credentials: pipeline.credentials,
    folder,
    async [Symbol.asyncDispose]() {
      await pipeline[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What the pipeline has made of a client's objects, in the form of the client's `outcomes`. */
export async function outcomesOf(
  client: Client,
  { pipeline }: Place,
): Promise<Readonly<Record<string, Outcome>>> {
  await pipeline.drain();
  const prefix = prefixOf(client);
  const counted = await pipeline.counterRows();
  const told = new Map<string, Set<unknown>>();
  for (const { object_key: key, sequencer } of await pipeline.ledgerLines()) {
    if (typeof key === 'string' && key.startsWith(prefix)) {
      told.set(key, (told.get(key) ?? new Set()).add(sequencer));
    }
  }
  const keys = await pipeline.metadataRows();
  return Object.fromEntries(
    keys
      .filter(({ object_key: key }) => String(key).startsWith(prefix))
      .map((row) => {
        const key = String(row['object_key']);
        const count = counted.find(({ file_key: counts }) => counts === key);
        const rows =
          row['deleted'] === true && count?.['deleted'] === true ? 'deleted' : Number(count?.['row_count']);
        return [key.slice(prefix.length), { rows, events: told.get(key)?.size ?? 0 }];
      }),
  );
}
