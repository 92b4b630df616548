import assert from 'node:assert';
import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { countRows } from '../../functions/csv-row-counter/count-rows.ts';
import { scanBytes } from '../../functions/csv-row-counter/csv-scan.ts';
import { readSlowly } from '../functions/csv-row-counter/slow-reader.ts';
import { chunksOf, csvInputs, type CsvInput } from './csv-inputs.ts';
import { lineScanner } from './csv-limit.ts';
import { csvPeers, type Peer } from './csv-peers.ts';
import { quantile } from './statistics.ts';

const MEGABYTE = 1024 * 1024;
const QUOTE = 0x22;
const SIZE = 64 * MEGABYTE;
const KERNEL = 'countRows';
const CHILD = resolve(import.meta.dirname, 'csv-child.ts');
const LIMIT = 'copy + LF scan';
const REFERENCE = 'csv-parse';

/**
 * Every counter on every input, in turn, so that what else the machine does falls on all of them alike. In memory in
 * chunks of 64 KiB, but for `countRows, file`, DuckDB and wc, which read a file that lies in the page cache.
 */
export async function csvCounters(rounds: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-csv-'));
  try {
    const inputs = csvInputs(SIZE);
    for (const input of inputs) await checkProfile(input);
    const peers = [...(await ours()), ...(await csvPeers())];
    const contests: Contest[] = [];
    for (const input of inputs) {
      for (const peer of peers) contests.push(await prepared(folder, input, peer));
    }
    // the first round warms the compilers up
    for (let round = 0; round <= rounds; round++) {
      for (const contest of contests) {
        const rate = await rateOf(contest);
        if (round > 0) contest.rates.push(rate);
      }
    }
    return [...report(inputs, peers, contests), await memory(contests)];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Every field, not only the rows: of the whole as the twin has them, and of the beginning as the slow reader does. */
async function checkProfile(input: CsvInput): Promise<void> {
  const beginning = beginningOf(input, MEGABYTE);
  const expected = [
    { of: input, count: await countRows(chunksOf(input.bytes), {}, scanBytes) },
    { of: beginning, count: readSlowly(beginning.bytes.toString('latin1')) },
  ];
  for (const { of, count } of expected) {
    assert.deepStrictEqual(await countRows(chunksOf(of.bytes)), count, `the profile of ${of.name}`);
  }
}

async function ours(): Promise<Peer[]> {
  const scanLines = await lineScanner();
  return [
    {
      name: KERNEL,
      most: Infinity,
      isOurs: true,
      run: async ({ bytes }) => (await countRows(chunksOf(bytes))).rows,
    },
    {
      name: LIMIT,
      most: Infinity,
      countsLines: true,
      isOurs: true,
      run: async ({ bytes }) => await Promise.resolve(scanLines(chunksOf(bytes))),
    },
    {
      name: 'TypeScript twin',
      most: 16 * MEGABYTE,
      isOurs: true,
      run: async ({ bytes }) => (await countRows(chunksOf(bytes), {}, scanBytes)).rows,
    },
    {
      name: 'countRows, file',
      most: Infinity,
      isOurs: true,
      run: async (_, file) => (await countRows(createReadStream(file))).rows,
    },
  ];
}

interface Contest {
  readonly peer: Peer;
  readonly input: CsvInput;
  /** As much of it as this peer is given. */
  readonly part: CsvInput;
  readonly file: string;
  readonly expected: number;
  /** Megabytes (10^6) a second. */
  readonly rates: number[];
  /** What another than ours gets wrong. */
  miscount?: string;
}

async function prepared(folder: string, input: CsvInput, peer: Peer): Promise<Contest> {
  const whole = peer.most >= input.bytes.length ? input : beginningOf(input, peer.most);
  const file = join(folder, `${input.name.replaceAll(' ', '-')}-${whole.bytes.length}.csv`);
  await writeFile(file, whole.bytes);
  const expected =
    peer.countsLines === true
      ? whole.bytes.reduce((lines, byte) => lines + (byte === 0x0a ? 1 : 0), 0)
      : whole === input
        ? input.rows
        : (await countRows([whole.bytes], {}, scanBytes)).rows;
  return { peer, input, part: whole, file, expected, rates: [] };
}

/** Whole records: a line end that neither of a record's own lines ends with. */
function beginningOf(input: CsvInput, most: number): CsvInput {
  const isQuoted = input.bytes.at(-2) === QUOTE;
  const end = input.bytes.lastIndexOf(isQuoted ? '"\n' : '\n', most) + (isQuoted ? 2 : 1);
  return { ...input, bytes: input.bytes.subarray(0, end) };
}

async function rateOf(contest: Contest): Promise<number> {
  const { peer, part, file, expected, input } = contest;
  const began = performance.now();
  const count = await peer.run(part, file);
  const ms = performance.now() - began;
  if (count !== expected) {
    const what = `${peer.name} counts ${count} of ${expected} rows of ${JSON.stringify(input.name)}`;
    if (peer.isOurs === true) throw new Error(what);
    contest.miscount = what;
  }
  return part.bytes.length / 1_000 / ms;
}

/** Of a process that counts the largest of the files, and of one that only starts. */
async function memory(contests: readonly Contest[]): Promise<string> {
  const [largest] = contests.toSorted((left, right) => right.part.bytes.length - left.part.bytes.length);
  const { file, expected, part } = largest!;
  const [counting, idle] = [await child(file), await child()];
  if (counting.rows !== expected) throw new Error(`${counting.rows} of ${expected} rows were counted`);
  return `peak RSS of a process that counts ${mebibytes(part.bytes.length)}: ${mebibytes(counting.peakBytes)}; that counts nothing: ${mebibytes(idle.peakBytes)}`;
}

async function child(...args: string[]): Promise<{ rows: number; peakBytes: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD, ...args]);
  return JSON.parse(stdout) as { rows: number; peakBytes: number };
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / MEGABYTE)} MiB`;

function report(inputs: readonly CsvInput[], peers: readonly Peer[], contests: readonly Contest[]): string[] {
  const of = (input: CsvInput, name: string) =>
    contests.find((one) => one.input === input && one.peer.name === name)?.rates ?? [];
  const median = (input: CsvInput, name: string) => quantile(of(input, name), 0.5);
  const rows = peers.map(({ name }) => [
    name,
    ...inputs.map((input) => {
      const rates = of(input, name);
      return `${shown(median(input, name))} (${shown(Math.min(...rates))}-${shown(Math.max(...rates))})`;
    }),
  ]);
  const ratio = (to: string, digits: number) =>
    inputs.map((input) => `${(median(input, KERNEL) / median(input, to)).toFixed(digits)} ×`);
  return [
    `MB/s, median (least-most) of ${of(inputs[0]!, KERNEL).length} rounds, one process, all in turn`,
    ...table([
      ['', ...inputs.map(({ name }) => name)],
      ...rows,
      [`${KERNEL} / ${REFERENCE}`, ...ratio(REFERENCE, 0)],
      [`${KERNEL} / ${LIMIT}`, ...ratio(LIMIT, 2)],
    ]),
    ...contests.flatMap(({ miscount }) => miscount ?? []),
  ];
}

const shown = (rate: number): string => (rate >= 100 ? rate.toFixed(0) : rate.toFixed(1));

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, n) => cell.padEnd(widths[n]!)).join(' | ')} |`;
  const [head, ...rest] = rows;
  return [line(head!), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rest.map(line)];
}
