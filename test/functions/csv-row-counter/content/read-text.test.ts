import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ContentError } from '../../../../functions/csv-row-counter/content-error.ts';
import { readText, type Text } from '../../../../functions/csv-row-counter/content/read-text.ts';
import { ObjectError } from '../../../../functions/objects/object-error.ts';
import { undoCodings } from '../../../../functions/objects/codings/undo-codings.ts';
import { countRows } from '../../../../functions/csv-row-counter/count-rows.ts';
import { bytesOf, cutAt, inChunks, PLACES } from '../../objects/codings/chunks.ts';

const MARK = '\u{feff}';
const SAMPLE_BYTES = 65_536;
const FIELDS = fc.constantFrom(
  'a',
  '1',
  ' ',
  ',',
  ';',
  '"',
  '\n',
  '\r\n',
  '\r',
  'é',
  '漢',
  '😀',
  '姓名',
  'ж',
  '\u{200b}',
);
/** Characters, and parts of them, in hexadecimal. */
const PIECES = [
  '61',
  'c3a9',
  'e6bca2',
  'f09f9880',
  'efbbbf',
  'efbfbd',
  'c3',
  'e6bc',
  'f09f98',
  '80',
  'bf',
  'ff',
  'c0af',
  'eda080',
  'f4908080',
  'f8',
  'ef',
  'efbb',
];
/** Texts in which what matters is frequent, that begin as a CSV does. */
const TEXTS = fc.array(FIELDS, { maxLength: 60 }).map((parts) => `id,name\n${parts.join('')}\n1,2,3\n`);

function utf16(text: string, encoding: string): Buffer {
  const bytes = Buffer.from(text, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}

interface Read extends Omit<Text, 'chunks'> {
  readonly bytes: Buffer;
}

async function read(chunks: AsyncIterable<Uint8Array>): Promise<Read> {
  const text = await readText({ chunks });
  const bytes = await bytesOf(text.chunks);
  const {
    sample,
    sampleIsWhole,
    skippedBytes,
    encoding,
    invalidUtf8,
    nulBytes,
    byteOrderMarkInside,
    decodedBytes,
  } = text;
  return {
    bytes,
    sample,
    sampleIsWhole,
    skippedBytes,
    encoding,
    invalidUtf8,
    nulBytes,
    byteOrderMarkInside,
    decodedBytes,
  };
}

function readAll(bytes: Uint8Array | string, size = 5): Promise<Read> {
  return read(inChunks(Buffer.from(bytes as string), size));
}

describe('a text', () => {
  test('is given as it is, with nothing odd about it', async () => {
    const text = 'id,näme\n1,漢\n';

    expect(await readAll(text)).toEqual({
      bytes: Buffer.from(text),
      sample: Buffer.from(text),
      sampleIsWhole: true,
      skippedBytes: 0,
      encoding: 'utf-8',
      invalidUtf8: false,
      nulBytes: 0,
      byteOrderMarkInside: false,
      decodedBytes: Buffer.byteLength(text),
    });
  });

  test('may be empty, a byte order mark alone, or half a one', async () => {
    expect(await readAll('', 1)).toMatchObject({
      bytes: Buffer.alloc(0),
      sampleIsWhole: true,
      encoding: 'utf-8',
    });
    expect(await readAll(MARK, 1)).toMatchObject({
      bytes: Buffer.alloc(0),
      skippedBytes: 3,
      decodedBytes: 3,
    });
    expect(await readAll(Buffer.from([0xef, 0xbb]))).toMatchObject({
      encoding: 'windows-1252',
      skippedBytes: 0,
    });
  });

  test('is sampled by its first 64 KiB, however small its chunks are', async () => {
    const text = Buffer.from(MARK + 'a,b\n'.repeat(20_000));
    for (const size of [1, 3, 4_096, text.length]) {
      const { sample, sampleIsWhole, bytes } = await read(inChunks(text, size));

      expect(sample.equals(text.subarray(3, 3 + SAMPLE_BYTES))).toBe(true);
      expect(sampleIsWhole).toBe(false);
      expect(bytes.equals(text.subarray(3))).toBe(true);
    }
    const exact = await readAll('a,b\n'.repeat(SAMPLE_BYTES / 4), 1_000);
    expect(exact).toMatchObject({ sampleIsWhole: true });
    expect(exact.sample).toHaveLength(SAMPLE_BYTES);
  });

  test('in UTF-16 is sampled in UTF-8', async () => {
    const { sample, bytes, decodedBytes } = await readAll(
      utf16(`${MARK}${'é,b\n'.repeat(20_000)}`, 'utf-16be'),
      4_097,
    );

    expect(sample.equals(Buffer.from('é,b\n'.repeat(20_000)).subarray(0, SAMPLE_BYTES))).toBe(true);
    expect(bytes).toHaveLength(100_000);
    expect(decodedBytes).toBe(160_002);
  });

  test('is the same in UTF-16, with a mark and without, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        TEXTS,
        fc.constantFrom('utf-16le', 'utf-16be'),
        fc.constantFrom(MARK, ''),
        PLACES,
        async (text, encoding, mark, places) => {
          const stored = utf16(mark + text, encoding);

          expect(await read(cutAt(stored, places))).toMatchObject({
            bytes: Buffer.from(text),
            encoding,
            skippedBytes: mark.length * 2,
            invalidUtf8: false,
            decodedBytes: stored.length,
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('has the same count in UTF-16, in gzip members and in zstd', async () => {
    await fc.assert(
      fc.asyncProperty(TEXTS, fc.nat(100), PLACES, async (text, middle, places) => {
        const bytes = Buffer.from(text);
        const halves = [bytes.subarray(0, middle), bytes.subarray(middle)];
        const [plain, ...others] = await Promise.all(
          [
            bytes,
            utf16(text, 'utf-16le'),
            Buffer.concat(halves.map((half) => gzipSync(half))),
            Buffer.concat(halves.map((half) => zstdCompressSync(half))),
            gzipSync(utf16(MARK + text, 'utf-16be')),
          ].map(async (stored) => {
            const options = {
              key: 'csv/a.csv',
              contentEncoding: undefined,
              availableMs: 900_000,
              now: () => 0,
            };
            const { chunks } = await readText(undoCodings(cutAt(stored, places), options));
            return countRows(chunks);
          }),
        );

        for (const count of others) expect(count).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['a line of two bytes', 'a\n'],
    ['a header', 'id;name'],
    ['words that are not Latin', '姓名,年龄\n张三,25\n李四,31\n'],
    ['quotes and line ends', '"a\r\nb",1\r\n'],
  ])('in UTF-16 without a mark is known by %s', async (_, text) => {
    for (const encoding of ['utf-16le', 'utf-16be']) {
      expect(await readAll(utf16(text, encoding))).toMatchObject({ encoding, bytes: Buffer.from(text) });
    }
  });

  test('in UTF-16 with half a surrogate pair is read, and is invalid', async () => {
    const expected = { encoding: 'utf-16le', invalidUtf8: true };
    expect(await readAll(utf16('id,name\na,\ud83d\n', 'utf-16le'))).toMatchObject({
      ...expected,
      bytes: Buffer.from('id,name\na,\u{fffd}\n'),
    });
    expect(await readAll(utf16(`${MARK}a\ud83d`, 'utf-16le'), 1)).toMatchObject({
      ...expected,
      bytes: Buffer.from('a\u{fffd}'),
    });
    expect(await readAll(utf16('a,\u{fffd}\n', 'utf-16le'))).toMatchObject({ invalidUtf8: false });
  });

  test('in UTF-16 that ends within a character is malformed', async () => {
    const stored = Buffer.concat([utf16(`${MARK}a,b\n`, 'utf-16le'), Buffer.from('\n')]);

    await expect(readAll(stored)).rejects.toMatchObject({
      status: 'malformed-csv',
      message: expect.stringContaining('the text in UTF-16LE has 11 bytes'),
    });
  });

  test('in UTF-16 to which lines in ASCII were appended is malformed', async () => {
    for (const [encoding, mark] of [
      ['utf-16le', MARK],
      ['utf-16be', ''],
      ['utf-16le', ''],
    ] as const) {
      const stored = Buffer.concat([
        utf16(`${mark}a,b\n1,2\n`.repeat(3), encoding),
        Buffer.from('3,4\n5,6\n'),
      ]);
      for (const size of [1, 9, stored.length]) {
        await expect(readAll(stored, size)).rejects.toMatchObject({
          status: 'malformed-csv',
          message: expect.stringContaining('ends in lines of another encoding'),
        });
      }
    }
  });

  test.each([
    ['UTF-32LE', [0xff, 0xfe, 0x00, 0x00, 0x61, 0, 0, 0]],
    ['UTF-32BE', [0x00, 0x00, 0xfe, 0xff, 0, 0, 0, 0x61]],
  ])('in %s is refused by name', async (encoding, bytes) => {
    await expect(readAll(Buffer.from(bytes), 1)).rejects.toMatchObject({
      status: 'unsupported-encoding',
      message: expect.stringContaining(encoding),
    });
  });

  test('in Latin-1 is given as it is', async () => {
    const bytes = Buffer.from('straße,städt\n1,2\n', 'latin1');

    expect(await readAll(bytes)).toMatchObject({ bytes, encoding: 'windows-1252', invalidUtf8: true });
  });

  test('is UTF-8 or not as Node says of the whole, wherever it is cut', async () => {
    const piece = fc.constantFrom(...PIECES);
    const { isUtf8 } = await import('node:buffer');
    let valid = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), PLACES, async (pieces, places) => {
        const bytes = Buffer.from(`${pieces.join('')}0a`, 'hex');
        const text = await read(cutAt(Buffer.concat([Buffer.from('x'), bytes]), places));
        if (isUtf8(bytes)) valid++;

        expect(text.invalidUtf8).toBe(!isUtf8(bytes));
        expect(text.byteOrderMarkInside).toBe(bytes.includes(Buffer.from(MARK)));
      }),
      { numRuns: 1_000 },
    );
    expect(valid).toBeGreaterThan(50);
  });

  test('has its NULs counted behind the sample, and a byte order mark found', async () => {
    const before = 'a,b\n'.repeat(SAMPLE_BYTES / 4);
    for (const size of [1, 7, 65_537]) {
      expect(await readAll(`${before}x\0\0y\n\0`, size)).toMatchObject({
        nulBytes: 3,
        byteOrderMarkInside: false,
      });
      expect(await readAll(`${before}${MARK}a,b\n`, size)).toMatchObject({
        nulBytes: 0,
        byteOrderMarkInside: true,
      });
    }
    const wide = utf16(`${MARK}${before}\0${MARK}x\n`, 'utf-16le');
    expect(await readAll(wide, 999)).toMatchObject({
      nulBytes: 1,
      byteOrderMarkInside: true,
      invalidUtf8: false,
    });
  });

  test('has a second byte order mark at its beginning for one inside', async () => {
    const text = `${MARK}"a\nb",c\n`;

    expect(await readAll(MARK + text, 1)).toMatchObject({
      bytes: Buffer.from(text),
      byteOrderMarkInside: true,
    });
  });

  test('ends its source when it is refused, and when its reader leaves', async () => {
    let ended = 0;
    async function* endless(chunk: string): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(chunk);
      } finally {
        ended++;
      }
    }

    await expect(readText({ chunks: endless('\0\0') })).rejects.toThrow(ContentError);
    for (const [index, text] of ['a,b\n', 'a\0\n\0'].entries()) {
      const { chunks } = await readText({ chunks: endless(text) });
      for await (const chunk of chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(ended).toBe(index + 2);
    }
  });

  test('of any bytes is read or refused, and nothing else is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('', 'fffe', 'feff', 'fffe0000', '0000feff', '7b22', '5b'),
        fc.uint8Array({ maxLength: 200 }),
        PLACES,
        async (first, rest, places) => {
          const bytes = Buffer.concat([Buffer.from(first, 'hex'), rest]);
          const error: unknown = await read(cutAt(bytes, places)).catch((thrown: unknown) => thrown);

          expect(
            error instanceof Error && !(error instanceof ObjectError) ? error : undefined,
          ).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });
});
