import { seeded, type Random } from '../support/random.ts';

/** A CSV to be counted, always the same bytes. */
export interface CsvInput {
  readonly name: string;
  readonly bytes: Buffer;
  readonly rows: number;
}

const CHUNK_BYTES = 64 * 1024;

/** As a body comes: in views of 64 KiB. @param most so many bytes from the beginning */
export function chunksOf(bytes: Buffer, most = bytes.length): Buffer[] {
  const count = Math.ceil(Math.min(most, bytes.length) / CHUNK_BYTES);
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES));
}

const WORDS = 'Müller,Jörg,Ada,Grace,invoice,paid,open,Hamburg,São Paulo,東京,x,delivery note,0815'.split(
  ',',
);
const pick = (random: Random): string => WORDS[random(WORDS.length)]!;

const ROWS: Readonly<Record<string, (random: Random) => string>> = {
  'plain numbers': (random) =>
    `${random(1e6)},${random(1e4)},${random(100)}.${random(100)},${random(1e9)},${random(10)}\n`,
  'a fifth quoted': (random) =>
    Array.from({ length: 10 }, () =>
      random(5) === 0 ? `"${pick(random)}, ${pick(random)}"` : `${pick(random)}${random(1e4)}`,
    ).join(',') + '\n',
  'quotes and newlines': (random) =>
    `"${pick(random)} ""${pick(random)}""\n${pick(random)}","${random(1e4)}","${pick(random)},\r\n${pick(random)}"\n`,
  'rows of 10 KB': (random) => Array.from({ length: 1_250 }, () => `${1e6 + random(9e6)}`).join(',') + '\n',
  'rows of 2 bytes': (random) => `${random(10)}\n`,
};

/** @param size about so many bytes each */
export function csvInputs(size: number): CsvInput[] {
  return Object.entries(ROWS).map(([name, row], index) => {
    const random = seeded(index + 1);
    const bytes = Buffer.alloc(size);
    let length = 0;
    let rows = 0;
    for (;;) {
      const line = row(random);
      if (length + Buffer.byteLength(line) > size) break;
      length += bytes.write(line, length);
      rows++;
    }
    return { name, bytes: bytes.subarray(0, length), rows };
  });
}
