import { execFile } from 'node:child_process';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundleHandler } from '../../infra/bundle.ts';
import { quantile, spread } from './statistics.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
// below node_modules, so that what is bundled there finds the packages
const FOLDER = join(PROJECT_DIR, 'node_modules/.cache/bench-bundle');
const ROUNDS = 21;
const S3_ALONE = `import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
export const s3 = new S3Client({});
export { GetObjectCommand };
`;
/** What the handler asks for when it is loaded. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  CONSUMER_NAME: 'csv-row-counter',
  KEEPS: '"nothing"',
  CSV_DELIMITER: ',',
  DEAD_LETTER_QUEUE_URL: 'https://sqs/dead',
  MAX_RECEIVE_COUNT: '5',
  QUEUE_URL: 'https://sqs/queue',
  TABLE_NAME: 'rows',
  TOMBSTONE_TTL_DAYS: '90',
};
const LOAD = `const began = performance.now(); await import(process.argv[1]); console.log(performance.now() - began)`;

/** The row counter's bundle beside one of the S3 client alone: how large, and how long Node takes to load it. */
export async function bundleAndLoad(): Promise<string[]> {
  await mkdir(join(FOLDER, 'functions/s3-alone'), { recursive: true });
  await writeFile(join(FOLDER, 'functions/s3-alone/handler.ts'), S3_ALONE);
  const counter = await bundled(PROJECT_DIR, 'csv-row-counter');
  const alone = await bundled(FOLDER, 's3-alone');
  const times: { counter: number; alone: number }[] = [];
  // the first round brings the files into the page cache
  for (let round = 0; round <= ROUNDS; round++) {
    const time = { counter: await loadMs(counter.file), alone: await loadMs(alone.file) };
    if (round > 0) times.push(time);
  }
  const ratio = quantile(
    times.map((time) => time.counter / time.alone),
    0.5,
  );
  return [
    `csv-row-counter: ${counter.kilobytes} kB; with the S3 client alone: ${alone.kilobytes} kB`,
    `loaded in ${spread(
      times.map((time) => time.counter),
      'ms',
    )}; the S3 client alone in ${spread(
      times.map((time) => time.alone),
      'ms',
    )}: ${ratio.toFixed(2)} ×`,
  ];
}

async function bundled(projectDir: string, name: string) {
  const folder = join(FOLDER, 'out', name);
  bundleHandler({ name }, projectDir, folder);
  const file = join(folder, 'index.mjs');
  return { file, kilobytes: Math.round((await stat(file)).size / 1_000) };
}

/** In a process of its own, with the flags that the function is deployed with. */
async function loadMs(file: string): Promise<number> {
  const args = ['--enable-source-maps', '--expose-gc', '--input-type=module', '-e', LOAD, file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: ENVIRONMENT });
  return Number(stdout);
}
