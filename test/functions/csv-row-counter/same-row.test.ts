import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { countObject } from '../../../functions/csv-row-counter/count-object.ts';
import type { RowAttributes } from '../../../functions/rows/write-row.ts';
import { busEvent, eventOf } from '../../support/object-events.ts';

const s3 = mockClient(S3Client);
afterAll(() => s3.restore());

/** What says how the text was stored, and not what it holds. */
const HOW_STORED = ['content_coding', 'encoding', 'size_bytes', 'bytes_counted', 'duration_ms'];

/** Bits of a CSV in which all that decides is dense, characters of one to four bytes among them. */
const anyText = fc
  .array(
    fc.constantFrom(
      '"',
      '""',
      '\n',
      '\r',
      '\r\n',
      ',',
      ';',
      '\t',
      '|',
      'a',
      '7',
      ' ',
      'é',
      '漢',
      '🚰',
      '"x\ny"',
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

/** A table as a writer makes one: a delimiter, a line end, fields quoted where they must be. */
const anyTable = fc
  .record({
    delimiter: fc.constantFrom(',', ';', '\t', '|', '\x01'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    isSepTold: fc.boolean(),
    rows: fc.array(
      fc.array(fc.constantFrom('', 'a', '1,5', 'x;y', 'two\nlines', 'say "hi"', 'größe', '🚰'), {
        minLength: 1,
        maxLength: 4,
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ delimiter, lineEnd, isSepTold, rows }) => {
    const sepLine = isSepTold && delimiter !== '\x01' ? `sep=${delimiter}${lineEnd}` : '';
    return sepLine + rows.map((fields) => fields.map(field).join(delimiter) + lineEnd).join('');
  });

const field = (value: string): string =>
  /[",;|\s]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

const text = fc.oneof(anyText, anyTable);
const anyCuts = fc.array(fc.nat({ max: 300 }), { maxLength: 6 });

describe('a row', () => {
  test('is the same however the text is stored', async () => {
    await fc.assert(
      fc.asyncProperty(text, anyCuts, async (content, cuts) => {
        const bytes = Buffer.from(content);
        const utf16 = Buffer.from(`\u{feff}${content}`, 'utf16le');
        const plain = heldBy(await count([bytes]));

        expect(heldBy(await count([utf16]))).toEqual(plain);
        expect(heldBy(await count([Buffer.from(utf16).swap16()]))).toEqual(plain);
        expect(heldBy(await count([coded(bytes, cuts, gzipSync)], '.csv.gz'))).toEqual(plain);
        expect(heldBy(await count([coded(bytes, cuts, zstdCompressSync)], '.csv.zst'))).toEqual(plain);
        expect(heldBy(await count([brotliCompressSync(bytes)], '.csv.br'))).toEqual(plain);
        expect(heldBy(await count([coded(utf16, cuts, gzipSync)], '.csv.gz'))).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });

  test('is the same wherever the stored bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(text, anyCuts, anyCuts, async (content, members, cuts) => {
        const bytes = Buffer.from(content);
        for (const [stored, ending] of [
          [bytes, '.csv'],
          [Buffer.from(`\u{feff}${content}`, 'utf16le'), '.csv'],
          [coded(bytes, members, gzipSync), '.csv.gz'],
          [coded(bytes, members, zstdCompressSync), '.csv.zst'],
        ] as const) {
          const whole = await count([stored], ending);
          expect(untimed(await count(piecesOf(stored, cuts), ending))).toEqual(untimed(whole));
          expect(
            untimed(
              await count(
                [...stored].map((byte) => Buffer.of(byte)),
                ending,
              ),
            ),
          ).toEqual(untimed(whole));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('never has fewer lines than rows, nor fewer than no rows of data', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (content) => {
        const row = await count([Buffer.from(content)]);

        fc.pre(row['status'] === 'counted');
        const { row_count: rows, data_row_count: dataRows, blank_rows: blankRows, lines } = row;
        expect(dataRows).toBeGreaterThanOrEqual(0);
        expect(dataRows).toBeLessThanOrEqual(Number(rows) - Number(blankRows));
        expect(lines).toBeGreaterThanOrEqual(Number(rows));
      }),
      { numRuns: 1_000 },
    );
  });
});

async function count(chunks: readonly Uint8Array[], ending = '.csv'): Promise<RowAttributes> {
  const size = chunks.reduce((sum, { length }) => sum + length, 0);
  s3.reset();
  s3.on(GetObjectCommand).callsFake(() => ({
    Body: Readable.from(chunks),
    ContentLength: size,
    Metadata: {},
  }));
  return await countObject(eventOf(busEvent({ key: `csv/text${ending}`, size })), {
    s3: new S3Client(),
    delimiter: ',',
    signal: new AbortController().signal,
    availableMs: 60_000,
  });
}

/** Members or frames one behind the other, cut at these places. */
const coded = (bytes: Buffer, cuts: readonly number[], code: (part: Buffer) => Buffer): Buffer =>
  Buffer.concat(piecesOf(bytes, cuts).map(code));

function piecesOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [
    0,
    ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((one, other) => one - other),
    bytes.length,
  ];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

/** A row without what differs by how the text is stored: a place in bytes, too, where it is told. */
const heldBy = (row: RowAttributes): object =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !HOW_STORED.includes(name) && name !== 'error_byte_offset')
      .map(([name, value]) => [name, name === 'error' ? String(value).replace(/, at byte \d+/, '') : value]),
  );

const untimed = (row: RowAttributes): RowAttributes => ({ ...row, duration_ms: 0 });
