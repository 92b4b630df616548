import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readText } from '../../../../functions/csv-row-counter/content/read-text.ts';
import { bytesOf, inChunks } from '../../objects/codings/chunks.ts';

const MARK = '\u{feff}';

/** In code page 1047, as far as a CSV needs it. */
function ebcdic(text: string): Buffer {
  const codes: Record<string, number> = {
    ' ': 0x40,
    ',': 0x6b,
    '.': 0x4b,
    ';': 0x5e,
    '"': 0x7f,
    '-': 0x60,
    '\n': 0x15,
    '\r': 0x0d,
  };
  const rows = ['abcdefghi', 'jklmnopqr', '~stuvwxyz'].flatMap((letters, row) =>
    letters.split('').flatMap(
      (letter, column) =>
        [
          [letter, 0x81 + row * 16 + column],
          [letter.toUpperCase(), 0xc1 + row * 16 + column],
        ] as const,
    ),
  );
  const digits = '0123456789'.split('').map((digit, index) => [digit, 0xf0 + index] as const);
  Object.assign(codes, Object.fromEntries([...rows, ...digits]));
  return Buffer.from(text.split('').map((character) => codes[character] ?? 0x6f));
}

async function read(bytes: Uint8Array | string): Promise<string> {
  const { chunks } = await readText({ chunks: inChunks(Buffer.from(bytes as string), 7) });
  return (await bytesOf(chunks)).toString('latin1');
}

describe('no CSV', () => {
  test.each([
    ['a ZIP archive', 'PK\x03\x04\x0a\0\0\0\0\0'],
    ['an Excel workbook (.xlsx)', 'PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml'],
    [
      'an OpenDocument file (.ods)',
      'PK\x03\x04\x14\0\0\x08\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet',
    ],
    ['a document of an old Office (.xls)', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0'],
    ['a bzip2 file', 'BZh91AY&SY\x8f\x02'],
    ['an xz file', '\xfd7zXZ\0\0\x04'],
    ['a 7z archive', '7z\xbc\xaf\x27\x1c\0\x04'],
    ['an lz4 file', '\x04\x22\x4d\x18\x64\x40'],
    ['a tar archive', `a.csv${'\0'.repeat(252)}ustar\x0000`],
    ['a Parquet file', 'PAR1\x15\x04\x15\x0a'],
    ['an Avro file', 'Obj\x01\x04\x14avro.codec'],
    ['an ORC file', 'ORC\x0a\x03\0\0\0'],
    ['an SQLite database', 'SQLite format 3\0\x10\0'],
    ['a PDF', '%PDF-1.7\n'],
    ['a PNG image', '\x89PNG\r\n\x1a\n\0\0'],
    ['a JPEG image', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['a program (ELF)', '\x7fELF\x02\x01\x01'],
  ])('is %s, by its magic number', async (name, text) => {
    await expect(read(Buffer.from(text, 'latin1'))).rejects.toMatchObject({
      status: 'not-csv',
      message: expect.stringMatching(`^the object is ${RegExp.escape(name)}: .*, and upload that$`),
    });
  });

  test.each([
    ['PAR1,PAR2\n3,4\n'],
    ['ORC,name\n1,Ada\n'],
    ['PK,name\n1,Ada\n'],
    ['BZh,7z,MZ\n1,2,3\n'],
    ['Obj,Rar!\n1,2\n'],
    ['Contents of <html>,b\n'],
    ['<p>one, two</p>,1\n<p>three</p>\n'],
    ['<name>,<value>\n1,2\n'],
    ['<p>one</p>,"two"\n'],
  ])('is not what begins as a name of a column does: %j', async (text) => {
    expect(await read(text)).toBe(text);
  });

  test.each([
    ['an HTML page', '<!DOCTYPE html>\n<html>'],
    ['an HTML page', '\n  <HTML lang="en">'],
    ['an HTML page', '<!doctype HTML>'],
    ['an XML document', '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'],
    ['an XML document', '<?XML version="1.0"?>'],
    ['an HTML page', '<head><title>503, sorry</title></head>'],
    ['an HTML page', '<body class="error">\nnot found, or gone\n</body>'],
    [
      'an XML or HTML document',
      '<Error><Code>NoSuchKey</Code><Message>No such key, sorry.</Message></Error>\n',
    ],
    ['an XML or HTML document', '<p>Sorry, not found</p>'],
    ['an XML or HTML document', '<rss version="2.0">\n<channel>a,b</channel>\n</rss>'],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n'],
  ])('is %s: %j', async (name, text) => {
    const stored = [text, MARK + text, `${MARK}\r\n \t${text}`, Buffer.from(MARK + text, 'utf16le')];
    for (const bytes of stored) {
      await expect(read(bytes)).rejects.toMatchObject({
        status: 'not-csv',
        message: expect.stringContaining(`the object is ${name}`),
      });
    }
  });

  test.each([
    ['{"a": 1,\n "b": "x"}\n'],
    ['{"a":1}\n{"a":2}\n'],
    ['[{"id": 1}, {"id": 2}]'],
    ['\n [\n  1.5e3, -2, true, false, null, "\\u00e9\\""\n]'],
    ['["id","name"]\n["1","Ada"]\n'],
    ['{}'],
    ['{"a":NaN,"b":1}\n{"a":-Infinity,"b":Infinity}\n'],
    ['{"a":[1, 2, -Infini'],
    [`[${'{"id":1,"name":"Ada, \\"B\\""},'.repeat(10_000)}`],
    [`{"long":"${'x'.repeat(100_000)}`],
    ['{"a":1,"b":{"c":[1,2'],
  ])('is JSON: %j', async (text) => {
    for (const bytes of [text, MARK + text]) {
      await expect(read(bytes)).rejects.toMatchObject({
        status: 'not-csv',
        message: expect.stringContaining('JSON'),
      });
    }
  });

  test.each([
    ['[id],[name]\n1,2\n'],
    ['{id},b\n1,2\n'],
    ['["id"],["name"]\n'],
    ['[1],[2]\n[3],[4]\n'],
    ['[NaN],b\n1,2\n'],
    ['{"id"},x\n'],
    ['[\n'],
    ['{,}\n'],
    ['[],[]\n[],[]\n'],
    ['[1] text\n'],
    ['"{""a"":1}",x\n'],
    ['id,[1]\n'],
  ])('is not what only begins as JSON does: %j', async (text) => {
    expect(await read(text)).toBe(text);
  });

  test('is JSON of any kind, an object or array', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue().filter((value) => typeof value === 'object' && value !== null),
        fc.constantFrom(undefined, 2, '\t'),
        fc.integer({ min: 1, max: 3 }),
        async (value, indent, times) => {
          const text = `${JSON.stringify(value, null, indent)}\n`.repeat(times);

          await expect(read(text)).rejects.toMatchObject({ status: 'not-csv' });
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ['a,b\n1,2\n'],
    ['id,name,amount\n1,Ada Lovelace,12.50\n2,Bo,7.00\n'],
    ['ADA LOVELACE        18151210   12.50'],
  ])('is EBCDIC: %j', async (text) => {
    await expect(read(ebcdic(text))).rejects.toMatchObject({
      status: 'not-csv',
      message: expect.stringContaining('EBCDIC'),
    });
  });

  test('is no text in Latin-1, or in Cyrillic, for EBCDIC', async () => {
    const words = fc.constantFrom(
      'Müller',
      'ÄÖÜ',
      'ÉÈÊ',
      'Àéïõü',
      '%',
      '@',
      'k',
      'É@Ö',
      'Ø',
      'ñ',
      'Á',
      'Straße',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(words, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (rows, delimiter, lineEnd) => {
          const text = rows.map((row) => row.join(delimiter) + lineEnd).join('');

          expect(await read(Buffer.from(text, 'latin1'))).toBe(text);
        },
      ),
      { numRuns: 500 },
    );
    for (const koi8 of ['c9cdd12cc7cfd2cfc40ae1cec1', 'c8ecff3be3eef0eee40d0ac0ededе0'.replace('е', 'e')]) {
      expect(await read(Buffer.from(koi8, 'hex'))).toBe(Buffer.from(koi8, 'hex').toString('latin1'));
    }
  });

  test('is what has a NUL in its first 64 KiB, and is no UTF-16', async () => {
    await expect(read('id,name\n1,"x\0"\n')).rejects.toMatchObject({
      status: 'not-csv',
      message: expect.stringContaining('byte 12 of its text is NUL'),
    });
    await expect(read(`a,b\n1,2\n${'\0'.repeat(500)}`)).rejects.toMatchObject({
      status: 'not-csv',
      message: expect.stringContaining('ends in 500 NUL bytes, from byte 8 on'),
    });
  });

  test('is UTF-16 that was appended to ASCII, or UTF-32 without a mark', async () => {
    const appended = Buffer.concat([
      Buffer.from('id,name\n1,a\n'),
      Buffer.from('2,b\r\n3,c\r\n4,d\r\n5,e\r\n', 'utf16le'),
    ]);
    const utf32 = Buffer.from(
      'id,name\n1,2\n'.split('').flatMap((character) => [character.charCodeAt(0), 0, 0, 0]),
    );

    await expect(read(appended)).rejects.toMatchObject({ status: 'not-csv' });
    await expect(read(utf32)).rejects.toMatchObject({ status: 'not-csv' });
  });

  test('is binary without a NUL', async () => {
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => 1 + ((index * 97) % 255)));

    await expect(read(bytes)).rejects.toMatchObject({
      status: 'not-csv',
      message: expect.stringContaining('control characters'),
    });
  });

  test.each([
    ['Ctrl-Z at the end', 'a,b\r\n1,2\r\n\x1a'],
    ['form feeds and vertical tabs', 'a,b\n1,x\x0by\x0cz\n\x0c'],
    ['01 between fields, 02 and 03 within', 'a\x01b\n1\x012\x023\x034\n'],
    ['the separators of ASCII', 'a\x1fb\x1e1\x1f2\x1e'],
    ['the bell between fields', 'a\x07b\n1\x072\n'],
    ['colours of a terminal', 'a,b\n\x1b[31mred\x1b[0m,1\n'],
    ['a control character now and then', 'a,b\n1,back\x08space and \x7f\n2,x\x13\n3,some more text\n'],
  ])('is not what has %s', async (_, text) => {
    expect(await read(text)).toBe(text);
    const latin = Buffer.from(`${text}Müller\n`, 'latin1');
    expect(await read(latin)).toBe(latin.toString('latin1'));
  });
});
