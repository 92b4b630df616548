import { isDeepStrictEqual } from 'node:util';
import { countRows, type CsvCount } from '../../../functions/csv-row-counter/count-rows.ts';
import { scanBytes, type Scan } from '../../../functions/csv-row-counter/csv-scan.ts';
import { seeded, type Random } from '../../support/random.ts';
import { readWithCsvParse } from './oracles.ts';
import { readSlowly } from './slow-reader.ts';

/** A CSV in pieces, with what it is to be read by. */
export interface RandomCsv {
  readonly bytes: Buffer;
  /** Offsets, in order; equal ones make empty chunks. */
  readonly cuts: readonly number[];
  readonly delimiter: string;
  readonly quote: string;
}

const BLOCK = 64;
const KERNEL_MEMORY = 64 * 1024;
/** csv-parse is asked up to this length: it takes its time. */
const PARSED_BYTES = 1_024;

/**
 * The CSV of this seed. Most are short and dense with what matters; some have long quiet stretches, so that the kernel
 * changes its lane, and a few are longer than its memory. Much is placed around the ends of its blocks of 64 bytes.
 */
export function randomCsv(seed: number): RandomCsv {
  const random = seeded(seed);
  const delimiter = ',;\t|'.charAt(random(4));
  const quote = random(8) === 0 ? "'" : '"';
  const kind = random(1_000);
  const length = kind < 700 ? random(150) : kind < 995 ? random(5_000) : KERNEL_MEMORY + random(5_000);
  const isSparse = kind >= 700;
  let text = '';
  while (text.length < length) text += piece(random, text.length, { delimiter, quote, isSparse });
  const bytes = Buffer.from(text);
  return { bytes, cuts: cutsOf(random, bytes.length), delimiter, quote };
}

/**
 * The column of this seed: rows of one field and about the same length, which the kernel does not look at one by one; a
 * longer one, a blank one or one with more fields is rare.
 */
export function randomColumn(seed: number): RandomCsv {
  const random = seeded(seed);
  const most = 1 + random(random(4) === 0 ? 2 * BLOCK : 12);
  const lineEnd = ['\n', '\n', '\r\n', '\r'][random(4)]!;
  const field = (): string => 'x'.repeat(1 + random(most));
  const row = (): string => {
    switch (random(40)) {
      case 0:
        return '';
      case 1:
        return 'x'.repeat(most + 1 + random(3));
      case 2:
        return `${field()},${field()}`;
      case 3:
        return `"${field()}\n${field()}"`;
      default:
        return field();
    }
  };
  // the longest may come first, so that all behind it are usual ones
  let text = random(2) === 0 ? 'x'.repeat(most) + lineEnd : '';
  const length = random(40) * BLOCK;
  while (text.length < length) text += row() + lineEnd;
  // whole blocks, so that the last ones are the kernel's too
  const bytes = Buffer.from(text.slice(0, length));
  return { bytes, cuts: cutsOf(random, bytes.length), delimiter: ',', quote: '"' };
}

interface Alphabet {
  readonly delimiter: string;
  readonly quote: string;
  readonly isSparse: boolean;
}

function piece(random: Random, at: number, { delimiter, quote, isSparse }: Alphabet): string {
  const dense = [quote, quote, quote + quote, '\n', '\r', '\r\n', delimiter, 'a', ' ', '\0', 'é'];
  const token = () => dense[random(dense.length)]!;
  const filler = 'x'.repeat(1 + random(9));
  switch (random(isSparse ? 8 : 12)) {
    case 0:
      // up to the end of a block, more or less
      return 'x'.repeat(Math.max(0, BLOCK - (at % BLOCK) + random(5) - 3));
    case 1:
      return isSparse ? `${filler}${delimiter}${filler}\n`.repeat(random(60)) : token();
    case 2:
      return isSparse ? 'x'.repeat(random(12) * BLOCK) : token();
    case 3:
      return `${quote}${filler}${token()}${token()}${filler}${quote}${delimiter}`;
    default:
      return token();
  }
}

function cutsOf(random: Random, length: number): number[] {
  const edge = () => Math.max(0, random(1 + Math.ceil(length / BLOCK)) * BLOCK + random(7) - 3);
  switch (random(4)) {
    case 0:
      return [];
    case 1:
      return length > 200 ? [random(length)] : Array.from({ length }, (_, n) => n);
    default: {
      const cuts = Array.from({ length: 1 + random(6) }, () =>
        random(2) === 0 ? edge() : random(length + 1),
      );
      return cuts.map((cut) => Math.min(cut, length)).toSorted((left, right) => left - right);
    }
  }
}

function chunksOf({ bytes, cuts }: Pick<RandomCsv, 'bytes' | 'cuts'>): Buffer[] {
  const at = [0, ...cuts, bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

export interface Difference {
  readonly of: 'the slow reader' | 'the twin' | 'csv-parse';
  readonly scanned: CsvCount;
  readonly expected: unknown;
}

/** Where a scan does not count as its oracles do: the slow reader and the twin over the whole text, and csv-parse if it is short. */
export async function differenceIn(csv: RandomCsv, scan: Scan): Promise<Difference | undefined> {
  const { bytes, delimiter, quote } = csv;
  const scanned = await countRows(chunksOf(csv), { delimiter, quote }, scan);
  const twin = await countRows([bytes], { delimiter, quote }, scanBytes);
  if (!isDeepStrictEqual(scanned, twin)) return { of: 'the twin', scanned, expected: twin };
  const slow = readSlowly(bytes.toString('latin1'), { delimiter, quote });
  if (!isDeepStrictEqual(scanned, slow)) return { of: 'the slow reader', scanned, expected: slow };
  if (bytes.length > PARSED_BYTES) return undefined;
  const parsed = readWithCsvParse(bytes, delimiter, quote);
  const { rows, blankRows, unterminatedQuote } = scanned;
  const isParsedAlike =
    parsed === undefined
      ? unterminatedQuote !== undefined
      : unterminatedQuote === undefined && parsed.rows === rows && parsed.blankRows === blankRows;
  return isParsedAlike ? undefined : { of: 'csv-parse', scanned, expected: parsed };
}
