import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bundleHandler } from '../../infra/bundle.ts';
import { ACCOUNT_ID } from '../../local/account-id.ts';
import { readAssembly } from '../../local/assembly.ts';
import { ASSEMBLY_DIR } from '../support/assembly.ts';
import { quantile, spread } from './statistics.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
// below node_modules, so that what is bundled there finds the packages
const FOLDER = join(PROJECT_DIR, 'node_modules/.cache/bench-bundle');
const REGION = 'us-east-1';
const S3_ALONE = `import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
export const s3 = new S3Client({});
export { GetObjectCommand };
`;
const LOAD = `const began = process.cpuUsage(); const start = performance.now();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(began);
console.log(JSON.stringify({ ms: performance.now() - start, cpuMs: (user + system) / 1_000 }))`;

interface Loaded {
  /** `csv-row-counter` */
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Each function as the template deploys it, beside a bundle of the S3 client alone, in turn: how large, and how long Node takes to load it. */
export async function bundleAndLoad(rounds: number): Promise<string[]> {
  const alone = await s3Alone();
  const functions = deployedFunctions();
  const times: { readonly alone: Took; readonly functions: readonly Took[] }[] = [];
  // the first round brings the files into the page cache
  for (let round = 0; round <= rounds; round++) {
    const time = { alone: await load(alone), functions: [] as Took[] };
    for (const one of functions) time.functions.push(await load(one));
    if (round > 0) times.push(time);
  }
  const line = ({ name, file }: Loaded, took: readonly Took[]): string => {
    const ratio = (of: keyof Took): string =>
      quantile(
        took.map((one, round) => one[of] / times[round]!.alone[of]),
        0.5,
      ).toFixed(2);
    const kilobytes = Math.round(bytesLoaded(file) / 1_000);
    const [elapsed, cpu] = (['ms', 'cpuMs'] as const).map((of) =>
      spread(
        took.map((one) => one[of]),
        'ms',
      ),
    );
    return `${name.padEnd(16)} ${String(kilobytes).padStart(4)} kB, loaded in ${elapsed}: ${ratio('ms')} ×; CPU ${cpu}: ${ratio('cpuMs')} ×`;
  };
  const timesOf = (index: number): readonly Took[] => times.map((time) => time.functions[index]!);
  return [
    line(
      alone,
      times.map((time) => time.alone),
    ),
    ...functions.map((one, index) => line(one, timesOf(index))),
  ];
}

/** Of the file and those that it imports; not of those that it loads when they are wanted. */
function bytesLoaded(file: string, seen = new Set<string>()): number {
  if (seen.has(file)) return 0;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const imported = text.matchAll(/\b(?:from|import)\s*"\.\/(?<name>[^"]+)"/g);
  return imported.reduce(
    (sum, { groups }) => sum + bytesLoaded(join(dirname(file), groups!['name']!), seen),
    Buffer.byteLength(text),
  );
}

async function s3Alone(): Promise<Loaded> {
  const name = 's3-alone';
  await mkdir(join(FOLDER, 'functions', name), { recursive: true });
  await writeFile(join(FOLDER, 'functions', name, 'handler.ts'), S3_ALONE);
  const folder = join(FOLDER, 'out', name);
  bundleHandler({ name }, FOLDER, folder);
  const [{ environment }] = deployedFunctions() as [Loaded];
  return { name: 'S3 client alone', file: join(folder, 'index.mjs'), environment };
}

function deployedFunctions(): readonly Loaded[] {
  const place = { endpoint: 'http://127.0.0.1:1', region: REGION, accountId: ACCOUNT_ID };
  return readAssembly({ directory: ASSEMBLY_DIR, ...place }).functions.map(({ codeDir, environment }) => ({
    name: environment['CONSUMER_NAME']!,
    file: join(codeDir, 'index.mjs'),
    environment: { ...environment, AWS_REGION: REGION },
  }));
}

/** In a process of its own, with the environment and the flags that the function is deployed with. */
async function load({ file, environment }: Loaded): Promise<Took> {
  const args = ['--input-type=module', '-e', LOAD, file];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment });
  return JSON.parse(stdout) as Took;
}
