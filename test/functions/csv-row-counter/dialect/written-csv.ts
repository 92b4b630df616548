import { seeded, type Random } from '../../../support/random.ts';

/** A CSV as some program would write it, with what is known of it. */
export interface WrittenCsv {
  readonly bytes: Buffer;
  readonly delimiter: string;
  readonly rows: number;
  readonly blankRows: number;
}

const DELIMITERS = [',', ',', ',', ';', ';', ';', '\t', '\t', '|', '\x01'];
const WORDS = 'Straße Müller order paid Zürich naïve blue 12" disk no. rev café tea Q1 pending NULL'.split(
  ' ',
);
const PROSE = [', ', ', ', '; ', ' ', ' ', ' ', ': ', ' | ', ' - ', '\t'];

/** How the program writes. */
interface Style {
  readonly delimiter: string;
  readonly lineEnd: string;
  /** Which fields it quotes: those that must be, texts too, or all. */
  readonly quotes: 'needed' | 'texts' | 'all';
  /** A quote within a field that does not begin with one stays as it is, undoubled. */
  readonly isLax: boolean;
}

/** What a column holds: a value of its kind, again and again. */
type Column = (random: Random, style: Style) => string;

const digits = (random: Random, most: number): string => String(random(10 ** (1 + random(most))));
const twoDigits = (random: Random, below: number): string => String(1 + random(below)).padStart(2, '0');
const words = (random: Random, most: number): string =>
  Array.from({ length: 1 + random(most) }, () => WORDS[random(WORDS.length)]!).join(
    PROSE[random(PROSE.length)],
  );

const decimal: Column = (random, { delimiter }) =>
  `${random(5) === 0 ? '-' : ''}${digits(random, 4)}${delimiter === ';' || delimiter === '\t' ? ',' : '.'}${twoDigits(random, 98)}`;
const COLUMNS: readonly Column[] = [
  (random) => digits(random, 6),
  decimal,
  decimal,
  (random) => WORDS[random(WORDS.length)]!,
  (random) => `20${twoDigits(random, 26)}-${twoDigits(random, 12)}-${twoDigits(random, 28)}`,
  (random) => `20${twoDigits(random, 26)}|${twoDigits(random, 12)}|${twoDigits(random, 28)}`,
  (random) =>
    `${twoDigits(random, 28)}.${twoDigits(random, 12)}.2026, ${twoDigits(random, 23)}:${twoDigits(random, 59)}`,
  (random) => words(random, 12),
  (random) => words(random, 40),
  (random) =>
    `${words(random, 4)}\n${words(random, 4)}${random(3) === 0 ? `\r\n"${words(random, 2)}",;` : ''}`,
  (random) => Array.from({ length: random(4) }, () => WORDS[random(WORDS.length)]!).join('|'),
  (random) => `a@b.example;c@d.example${random(2) === 0 ? ';e@f.example' : ''}`,
  (random) => `Mozilla/5.0 (X11; Linux x86_64; rv:${digits(random, 3)}.0) like Gecko, or so`,
  (random) => (random(3) === 0 ? '' : digits(random, 3)),
];

/** The CSV of this seed: tables of all the delimiters, and single columns, which have none. */
export function writtenCsv(seed: number): WrittenCsv {
  const random = seeded(seed);
  const style: Style = {
    delimiter: DELIMITERS[random(DELIMITERS.length)]!,
    lineEnd: ['\n', '\n', '\r\n', '\r\n', '\r'][random(5)]!,
    quotes: (['needed', 'needed', 'texts', 'all'] as const)[random(4)]!,
    isLax: random(8) === 0,
  };
  const width = random(12) === 0 ? 1 : 2 + random(random(3) === 0 ? 30 : 7);
  const columns = Array.from({ length: width }, () => COLUMNS[random(COLUMNS.length)]!);
  const header = columns.map((_, index) =>
    random(30) === 0 ? 'Name, first' : `${WORDS[random(9)]} ${index}`,
  );
  const length = [random(4), random(30), random(30), random(300), random(1_500)][random(5)]!;
  const records = Array.from({ length }, () => columns.map((column) => column(random, style)));
  if (random(8) !== 0) records.unshift(header);
  return written(random, [...records, ...tailOf(random, records)], style);
}

/** What some programs write behind the records: a total, or a remark. */
function tailOf(random: Random, records: readonly string[][]): string[][] {
  const width = records[0]?.length ?? 1;
  if (records.length < 3 || random(5) !== 0) return [];
  const short = Array.from({ length: Math.max(1, random(width)) }, () => digits(random, 3));
  return Array.from({ length: 1 + random(Math.max(1, records.length / 20)) }, () =>
    random(2) === 0 ? short : ['Source: office for tables, all rights reserved'],
  );
}

function written(random: Random, records: readonly string[][], style: Style): WrittenCsv {
  const blankEach = random(6) === 0 ? 2 + random(40) : Infinity;
  const lines: string[] = random(12) === 0 ? [''] : [];
  for (const [index, record] of records.entries()) {
    lines.push(record.map((field) => fieldText(field, record.length, style)).join(style.delimiter));
    if (index % blankEach === blankEach - 1) lines.push('');
  }
  const text = lines.join(style.lineEnd);
  // a last line end ends the last line, and makes none of its own
  const isEnded = random(4) !== 0 || lines.at(-1) === '';
  return {
    bytes: Buffer.from(isEnded && lines.length > 0 ? text + style.lineEnd : text),
    delimiter: style.delimiter,
    rows: lines.length,
    blankRows: lines.filter((line) => line === '').length,
  };
}

function fieldText(field: string, width: number, { delimiter, quotes, isLax }: Style): string {
  const isBroken = field.includes(delimiter) || /[\r\n]/.test(field) || field.startsWith('"');
  const mustBe = isBroken || (width === 1 && field === '') || (field.includes('"') && !isLax);
  const isQuoted = mustBe || quotes === 'all' || (quotes === 'texts' && /[^\d.,-]/.test(field));
  return isQuoted ? `"${field.replaceAll('"', '""')}"` : field;
}
