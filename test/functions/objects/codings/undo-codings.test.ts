import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foreignFormat } from '../../../../functions/csv-row-counter/content/foreign-format.ts';
import { ObjectError } from '../../../../functions/objects/object-error.ts';
import { undoCodings } from '../../../../functions/objects/codings/undo-codings.ts';
import { bytesOf, cutAt, inChunks, PLACES } from './chunks.ts';

const TEXT = 'id,name\n1,Ada\n2,Bo\n';
const TIME = { availableMs: 900_000, now: () => 0 };
const PARQUET = Buffer.from('PAR1\x15\x04\x15\0\x15', 'latin1');
const NOISE = Buffer.from('fe9c00ff81e77201903c', 'hex');
const APPLY: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gzipSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  br: (bytes) => brotliCompressSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
};

interface Undone {
  readonly text: string;
  readonly codings: readonly string[];
  readonly warnings: readonly string[];
}

async function undone(
  bytes: Uint8Array,
  {
    key = 'csv/a.csv',
    contentEncoding,
  }: { readonly key?: string; readonly contentEncoding?: string | undefined } = {},
  chunks: AsyncIterable<Uint8Array> = inChunks(bytes, 11),
): Promise<Undone> {
  const decoded = undoCodings(chunks, {
    key,
    contentEncoding,
    isForeign: (head) => foreignFormat(head) !== undefined,
    ...TIME,
  });
  const text = (await bytesOf(decoded.chunks)).toString('latin1');
  return { text, codings: decoded.codings(), warnings: decoded.warnings };
}

/** The text in these codings, applied in this order. */
function applied(codings: readonly string[], text: string | Buffer = TEXT): Buffer {
  let bytes: Buffer = Buffer.from(text as string);
  for (const coding of codings) bytes = APPLY[coding]?.(bytes) ?? bytes;
  return bytes;
}

describe('undoCodings', () => {
  test.each([
    ['GZIP', ['gzip']],
    ['x-gzip', ['gzip']],
    ['aws-chunked,gzip', ['gzip']],
    ['aws-chunked', []],
    ['identity', []],
    ['', []],
    [undefined, []],
    ['deflate', ['deflate']],
    ['Br', ['br']],
    ['zstd', ['zstd']],
    ['gzip, br', ['gzip', 'br']],
    ['br ,\tx-gzip', ['br', 'gzip']],
    ['deflate, identity, zstd', ['deflate', 'zstd']],
    ['gzip, gzip', ['gzip', 'gzip']],
  ])('undoes Content-Encoding %j from its end', async (contentEncoding, codings) => {
    expect(await undone(applied(codings), { contentEncoding })).toEqual({
      text: TEXT,
      codings,
      warnings: [],
    });
  });

  test.each([
    ['csv/a.csv.gz', 'gzip'],
    ['csv/a.CSV.GZ', 'gzip'],
    ['csv/a.csv.Zst', 'zstd'],
    ['csv/a.csv.BR', 'br'],
  ])('undoes what the ending of %s says', async (key, coding) => {
    expect(await undone(applied([coding]), { key })).toEqual({ text: TEXT, codings: [coding], warnings: [] });
  });

  test('reads deflate with and without the header of zlib', async () => {
    const contentEncoding = 'deflate';

    expect(await undone(deflateRawSync(TEXT), { contentEncoding })).toEqual({
      text: TEXT,
      codings: ['deflate'],
      warnings: [],
    });
  });

  test('takes the name for what was there before the codings of the header', async () => {
    const options = { key: 'csv/a.csv.gz', contentEncoding: 'br' };

    expect(await undone(applied(['gzip', 'br']), options)).toMatchObject({
      codings: ['gzip', 'br'],
      warnings: [],
    });
    expect(await undone(applied(['gzip', 'gzip']), { ...options, contentEncoding: 'gzip' })).toMatchObject({
      text: TEXT,
      warnings: [],
    });
  });

  test('takes name and header for the same coding where they name the same, and it is there once', async () => {
    const options = { key: 'csv/a.csv.gz', contentEncoding: 'gzip' };

    expect(await undone(applied(['gzip']), options)).toEqual({ text: TEXT, codings: ['gzip'], warnings: [] });
  });

  test.each([
    ['plain text that is named .csv.gz', [], 'csv/a.csv.gz', undefined],
    ['plain text that is named .csv.br', [], 'csv/a.csv.br', undefined],
    ['plain text that is said to be gzip', [], 'csv/a.csv', 'gzip'],
    ['plain text that is said to be br', [], 'csv/a.csv', 'br'],
    ['plain text that is said to be deflate', [], 'csv/a.csv', 'deflate'],
    ['plain text with a coding that is none', [], 'csv/a.csv', 'utf-8'],
    ['a gzip that nobody announced', ['gzip'], 'csv/a.csv', undefined],
    ['a zstd that nobody announced', ['zstd'], 'csv/a.csv', undefined],
    ['a gzip in a gzip', ['gzip', 'gzip'], 'csv/a.csv.gz', undefined],
    ['a gzip in a gzip, said once', ['gzip', 'gzip'], 'csv/a.csv', 'gzip'],
    ['one gzip that the header announces twice', ['gzip'], 'csv/a.csv', 'gzip, gzip'],
    ['one gzip that is named so, and said to be br', ['gzip'], 'csv/a.csv.gz', 'br'],
    ['a zstd that is named .csv.gz', ['zstd'], 'csv/a.csv.gz', undefined],
    ['a gzip that is said to be br', ['gzip'], 'csv/a.csv', 'br'],
    ['a gzip with an unknown coding', ['gzip'], 'csv/a.csv', 'gzip, snappy'],
    ['a zlib stream that is named .csv.gz', ['deflate'], 'csv/a.csv.gz', undefined],
    ['a br that is said to be gzip, and named .csv.br', ['br'], 'csv/a.csv.br', 'gzip'],
  ])('understands %s, and notes it', async (_, codings, key, contentEncoding) => {
    expect(await undone(applied(codings), { key, contentEncoding })).toEqual({
      text: TEXT,
      codings,
      warnings: ['coding-mismatch'],
    });
  });

  test('takes text in Latin-1 or UTF-16 for the text that it is, whatever is announced', async () => {
    for (const contentEncoding of ['gzip', 'br', 'deflate', 'zstd']) {
      for (const bytes of [
        Buffer.from('straße;städte\n1;2\n', 'latin1'),
        Buffer.from('\u{feff}a,b\n1,2\n', 'utf16le'),
      ]) {
        expect(await undone(bytes, { contentEncoding })).toEqual({
          text: bytes.toString('latin1'),
          codings: [],
          warnings: ['coding-mismatch'],
        });
      }
    }
  });

  test('finds nothing to undo in an empty object, nor to disagree with', async () => {
    for (const contentEncoding of ['gzip', 'br', 'deflate', 'compress', undefined]) {
      for (const key of ['csv/a.csv', 'csv/a.csv.gz']) {
        const empty = { text: '', codings: [], warnings: [] };
        expect(await undone(Buffer.alloc(0), { key, contentEncoding })).toEqual(empty);
      }
    }
  });

  test('counts nothing in a stream of nothing', async () => {
    for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
      expect(await undone(applied([coding], ''), { contentEncoding: coding })).toEqual({
        text: '',
        codings: [coding],
        warnings: [],
      });
    }
  });

  test.each([
    ['an unknown coding', { contentEncoding: 'compress' }, NOISE, '"compress", which is not known'],
    ['an unknown coding over a known one', { contentEncoding: 'snappy, gzip' }, gzipSync(NOISE), '"snappy"'],
    ['text in text', { contentEncoding: 'base64' }, Buffer.from('YSxiCg=='), '"base64"'],
    ['a gzip that is neither that nor text', { key: 'csv/a.csv.gz' }, NOISE, 'the name says gzip'],
    ['a br that is neither that nor text', { contentEncoding: 'br' }, NOISE, 'Content-Encoding says br'],
    ['a fifth gzip', {}, applied(['gzip', 'gzip', 'gzip', 'gzip', 'gzip']), 'more than 4 times'],
  ])('refuses %s by name', async (_, options, bytes, words) => {
    await expect(undone(bytes, options)).rejects.toMatchObject({
      status: 'unsupported-encoding',
      message: expect.stringContaining(words),
    });
  });

  test('leaves a known file that is no CSV to be told by its name', async () => {
    expect(await undone(PARQUET, { key: 'csv/a.csv.gz' })).toMatchObject({
      text: PARQUET.toString('latin1'),
    });
    expect(await undone(gzipSync(PARQUET), { key: 'csv/a.csv.gz' })).toMatchObject({
      codings: ['gzip'],
      warnings: [],
    });
  });

  test.each([
    ['csv/a.csv.gz', undefined, gzipSync(TEXT)],
    ['csv/a.csv', 'gzip', gzipSync(TEXT)],
    ['csv/a.csv.zst', undefined, zstdCompressSync(TEXT)],
  ])(
    'takes any beginning of the stream in %s (%s) for one that was cut',
    async (key, contentEncoding, bytes) => {
      for (let length = 1; length < bytes.length; length++) {
        await expect(undone(bytes.subarray(0, length), { key, contentEncoding })).rejects.toMatchObject({
          status: 'damaged-content',
          message: expect.stringContaining(`stops short after ${length} bytes`),
        });
      }
    },
  );

  test.each([
    ['br', brotliCompressSync(TEXT), 'brotli'],
    ['deflate', deflateSync(TEXT), 'zlib'],
  ])('refuses a %s that is cut, damaged, or followed by something', async (contentEncoding, bytes, name) => {
    const long = APPLY[contentEncoding]?.(
      Buffer.from(
        Array.from({ length: 20_000 }, (_, row) => `${row},${Math.imul(row, 2654435761) >>> 0}\n`).join(''),
      ),
    );
    const cut = long?.subarray(0, -100) ?? Buffer.alloc(0);
    const damaged = Buffer.from(long ?? '').fill(0xff, 70_000, 70_100);
    const followed = Buffer.concat([bytes, Buffer.from('\n')]);

    await expect(undone(cut, { contentEncoding }, inChunks(cut, 65_536))).rejects.toMatchObject({
      status: 'damaged-content',
      message: expect.stringContaining(`the ${name} stream stops short after ${cut.length} bytes`),
    });
    await expect(undone(damaged, { contentEncoding }, inChunks(damaged, 65_536))).rejects.toMatchObject({
      status: 'damaged-content',
      // Brotli has no checksum: what is damaged may read on to an end that is missing.
      message: expect.stringMatching(/damaged in its bytes|stops short/),
    });
    await expect(undone(followed, { contentEncoding })).rejects.toMatchObject({
      status: 'damaged-content',
      message: expect.stringContaining(`there is 1 byte from byte ${bytes.length} on (0a)`),
    });
  });

  test('gives back what went into any two codings, wherever the bytes are cut', async () => {
    const coding = fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'identity', 'aws-chunked');
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.tuple(coding, coding),
        PLACES,
        async (text, codings, places) => {
          // A text is neither of what could be undone, nor what is no text.
          const plain = `id,${text.replaceAll('\0', '')}\n`;
          const bytes = applied(codings, plain);
          const decoded = undoCodings(cutAt(bytes, places), {
            key: 'csv/a.csv',
            contentEncoding: codings.join(),
            ...TIME,
          });

          expect((await bytesOf(decoded.chunks)).toString()).toBe(Buffer.from(plain).toString());
          expect(decoded.codings()).toEqual(codings.filter((each) => each in APPLY));
          expect(decoded.warnings).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('ends on any bytes, and throws nothing but what becomes a row', async () => {
    const magic = fc.constantFrom('1f8b08', '1f8b', '28b52ffd', '502a4d18', '789c', '1b', '');
    const token = fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'x', 'base64');
    await fc.assert(
      fc.asyncProperty(
        magic,
        fc.uint8Array({ maxLength: 400 }),
        fc.array(token, { maxLength: 3 }),
        fc.constantFrom('csv/a.csv', 'csv/a.csv.gz', 'csv/a.csv.zst', 'csv/a.csv.br'),
        PLACES,
        async (first, rest, codings, key, places) => {
          const bytes = Buffer.concat([Buffer.from(first, 'hex'), rest]);
          const options = { key, contentEncoding: codings.join() };
          const error: unknown = await undone(bytes, options, cutAt(bytes, places)).catch(
            (thrown: unknown) => thrown,
          );

          expect(
            error instanceof Error && !(error instanceof ObjectError) ? error : undefined,
          ).toBeUndefined();
        },
      ),
      { numRuns: 500 },
    );
  });

  test('ends its source when its reader leaves', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield gzipSync(TEXT);
        }
      } finally {
        ended = true;
      }
    }

    for await (const chunk of undoCodings(endless(), {
      key: 'csv/a.csv.gz',
      contentEncoding: undefined,
      ...TIME,
    }).chunks) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }

    expect(ended).toBe(true);
  });

  test('ends its source when it refuses what it gives', async () => {
    let ended = false;
    async function* noise(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield NOISE;
      } finally {
        ended = true;
      }
    }

    await expect(undone(NOISE, { key: 'csv/a.csv.gz' }, noise())).rejects.toBeInstanceOf(ObjectError);

    expect(ended).toBe(true);
  });
});
