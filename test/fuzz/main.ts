import { parseArgs } from 'node:util';
import { fastestScan } from '../../functions/csv-row-counter/kernel-scan.ts';
import {
  differenceIn,
  randomColumn,
  randomCsv,
  type RandomCsv,
} from '../functions/csv-row-counter/random-csv.ts';

const HELP = `Usage: npm run fuzz -- [--minutes N] [--seed N]

Counts random CSVs with the WebAssembly kernel, its TypeScript twin, a slow reader and csv-parse until the time is over (10
minutes), from a seed on (this second's). All must say the same of the rows, and the first three of every other field. On a
difference it prints the smallest CSV that shows it, and exits with 1. Ctrl-C ends it.
`;

const REPORT_MS = 10_000;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Math.floor(Date.now() / 1_000)) },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (!values.help) {
    return await fuzz(wholeNumber('--seed', values.seed), positive('--minutes', values.minutes));
  }
  process.stdout.write(HELP);
  return 0;
}

async function fuzz(first: number, minutes: number): Promise<number> {
  console.log(`from seed ${first} on, for ${minutes} min`);
  const began = performance.now();
  const endsAt = began + minutes * 60_000;
  let bytes = 0;
  let reportAt = began + REPORT_MS;
  let seed = first;
  for (; performance.now() < endsAt; seed++) {
    const csv = seed % 4 === 0 ? randomColumn(seed) : randomCsv(seed);
    bytes += csv.bytes.length;
    if (await isDifferent(csv)) {
      console.error(`seed ${seed}: ${JSON.stringify(await shown(await smallest(csv)), null, 2)}`);
      return 1;
    }
    if (performance.now() < reportAt) continue;
    reportAt += REPORT_MS;
    const seconds = (performance.now() - began) / 1_000;
    console.log(`${seed - first + 1} CSVs, ${Math.round((seed - first) / seconds)} a second, no difference`);
  }
  console.log(`${seed - first} CSVs, ${(bytes / 1e6).toFixed(0)} MB, no difference`);
  return 0;
}

async function shown(csv: RandomCsv): Promise<object> {
  const { bytes, ...rest } = csv;
  return {
    text: bytes.toString(),
    base64: bytes.toString('base64'),
    ...rest,
    ...(await differenceIn(csv, fastestScan)),
  };
}

/** Takes away halves, quarters and so on down to single bytes, and cuts, as long as it still differs. */
async function smallest(csv: RandomCsv): Promise<RandomCsv> {
  let least = csv;
  for (let length = csv.bytes.length; length >= 1; length = Math.floor(length / 2)) {
    for (let at = 0; at + length <= least.bytes.length;) {
      const less = without(least, at, length);
      if (await isDifferent(less)) least = less;
      else at += length;
    }
  }
  for (const cut of least.cuts) {
    const fewer = { ...least, cuts: least.cuts.filter((one) => one !== cut) };
    if (await isDifferent(fewer)) least = fewer;
  }
  return least;
}

async function isDifferent(csv: RandomCsv): Promise<boolean> {
  return (await differenceIn(csv, fastestScan)) !== undefined;
}

function without(csv: RandomCsv, at: number, length: number): RandomCsv {
  return {
    ...csv,
    bytes: Buffer.concat([csv.bytes.subarray(0, at), csv.bytes.subarray(at + length)]),
    cuts: csv.cuts.map((cut) => (cut <= at ? cut : Math.max(at, cut - length))),
  };
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new RangeError(`${flag} ${JSON.stringify(text)} is no whole number`);
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(`${flag} ${JSON.stringify(text)} is no number above 0`);
}
