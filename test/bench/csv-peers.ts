import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse';
import { chunksOf, type CsvInput } from './csv-inputs.ts';

/** Another way to count a CSV's rows. */
export interface Peer {
  readonly name: string;
  /** It is given so much of the input, so that a round does not take minutes. */
  readonly most: number;
  /** @returns rows; LFs where that is what it counts */
  run(input: CsvInput, file: string): Promise<number>;
  readonly countsLines?: boolean;
  /** Must count right. */
  readonly isOurs?: boolean;
}

const MEGABYTE = 1024 * 1024;
// For this benchmark alone, so that nobody else installs them.
const INSTALLED = { papaparse: '5.7.1', udsv: '0.7.3' };
const FOLDER = resolve(import.meta.dirname, '../../node_modules/.cache/bench-peers');

/** @throws Error when npm cannot install those that are not in package.json */
export async function csvPeers(): Promise<Peer[]> {
  await install();
  const requirePeer = createRequire(join(FOLDER, 'index.js'));
  const { parse: papaparse } = requirePeer('papaparse') as Papaparse;
  const udsv = requirePeer('udsv') as Udsv;
  const duckDb = await (await DuckDBInstance.create()).connect();
  return [
    { name: 'csv-parse', most: 4 * MEGABYTE, run: async ({ bytes }) => await csvParse(chunksOf(bytes)) },
    {
      name: 'papaparse',
      most: 8 * MEGABYTE,
      // its stream for Node takes 6 s for this much; a text it reads as fast as it can
      run: async ({ bytes }) =>
        await Promise.resolve(
          papaparse(bytes.toString(), { delimiter: ',', newline: '\n', skipEmptyLines: true }).data.length,
        ),
    },
    {
      name: 'udsv',
      most: 8 * MEGABYTE,
      run: async ({ bytes }) => await Promise.resolve(countUdsv(udsv, bytes)),
    },
    {
      name: 'DuckDB',
      most: Infinity,
      run: async (_, file) => {
        const answer = await duckDb.runAndReadAll(
          `SELECT count(*) FROM read_csv('${file}', header = false, all_varchar = true, delim = ',', quote = '"', escape = '"', strict_mode = false)`,
        );
        return Number(answer.getRows()[0]?.[0]);
      },
    },
    {
      name: 'wc -l',
      most: Infinity,
      countsLines: true,
      run: async (_, file) => Number.parseInt((await promisify(execFile)('wc', ['-l', file])).stdout, 10),
    },
  ];
}

async function csvParse(chunks: readonly Buffer[]): Promise<number> {
  const options = {
    relax_quotes: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    bom: true,
  };
  let rows = 0;
  for await (const _ of Readable.from(chunks).pipe(parse(options))) rows++;
  return rows;
}

/** It takes text, and wants a header to know the columns by. */
function countUdsv({ inferSchema, initParser }: Udsv, bytes: Buffer): number {
  const decoder = new TextDecoder();
  const texts = chunksOf(bytes).map((chunk) => decoder.decode(chunk, { stream: true }));
  const options = { col: ',', row: '\n', encl: '"', esc: '"' };
  const parser = initParser(inferSchema(texts[0] ?? '', options));
  let rows = 1;
  for (const text of texts) parser.chunk(text, parser.stringArrs, () => void rows++);
  parser.end();
  return rows;
}

async function install(): Promise<void> {
  if (Object.keys(INSTALLED).every((name) => existsSync(join(FOLDER, 'node_modules', name)))) return;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, 'package.json'), '{"private":true}');
  const wanted = Object.entries(INSTALLED).map(([name, version]) => `${name}@${version}`);
  try {
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...wanted], { cwd: FOLDER });
  } catch (cause) {
    throw new Error(`the peers ${wanted.join(', ')} could not be installed: is there a registry?`, { cause });
  }
}

interface Papaparse {
  readonly parse: (text: string, options: object) => { readonly data: readonly unknown[] };
}

interface Udsv {
  readonly inferSchema: (text: string, options: object) => object;
  readonly initParser: (schema: object) => {
    readonly stringArrs: unknown;
    readonly chunk: (text: string, shape: unknown, onRow: () => void) => void;
    readonly end: () => void;
  };
}
