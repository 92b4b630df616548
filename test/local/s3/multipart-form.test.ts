import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MultipartForm } from '../../../local/s3/multipart-form.ts';

const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW';
const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

async function* pieces(body: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const at = [0, ...cuts.map((cut) => cut % (body.length + 1)).toSorted((a, b) => a - b), body.length];
  for (const [index, from] of at.slice(0, -1).entries()) yield body.subarray(from, at[index + 1]);
}

async function read(body: Buffer | string, cuts: readonly number[] = [], contentType = CONTENT_TYPE) {
  const form = new MultipartForm(pieces(Buffer.from(body), cuts), contentType);
  const parts: { name: string; fileName: string; content: string }[] = [];
  for (let part = await form.next(); part !== undefined; part = await form.next()) {
    const bytes: Buffer[] = [];
    for await (const data of form.content()) bytes.push(data);
    parts.push({ ...part, content: Buffer.concat(bytes).toString('latin1') });
  }
  return parts;
}

const encode = (parts: readonly { name: string; fileName?: string; content: Buffer }[]) =>
  Buffer.concat([
    ...parts.flatMap(({ name, fileName, content }) => [
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}\r\n\r\n`,
      ),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);

describe('a form of several parts', () => {
  test('is read the same however it is cut into pieces, whatever the parts hold', async () => {
    // what looks like the beginning of a boundary is content
    const content = fc
      .array(
        fc.oneof(
          fc.uint8Array({ maxLength: 40 }),
          fc.constantFrom('\r\n', '\r\n--', '\r', `\r\n--${BOUNDARY.slice(0, 9)}`),
        ),
      )
      .map((some) => Buffer.concat(some.map((one) => Buffer.from(one))));
    const parts = fc.array(fc.record({ name: fc.constantFrom('key', 'policy', 'file'), content }), {
      maxLength: 4,
    });

    await fc.assert(
      fc.asyncProperty(parts, fc.array(fc.nat(), { maxLength: 12 }), async (wanted, cuts) => {
        expect(await read(encode(wanted), cuts)).toEqual(
          wanted.map(({ name, content: bytes }) => ({
            name,
            fileName: '',
            content: bytes.toString('latin1'),
          })),
        );
      }),
    );
  });

  test.each([
    ['orders.csv', 'orders.csv'],
    ['C:\\Users\\ada\\orders.csv', 'orders.csv'],
    ['year/2026/été.csv', 'été.csv'],
    ['a \\"quoted\\" name.csv', 'a "quoted" name.csv'],
    ['../', ''],
  ])('has of the file name %s the last part', async (fileName, wanted) => {
    const [part] = await read(encode([{ name: 'file', fileName, content: Buffer.from('x') }]));

    expect(part).toMatchObject({ name: 'file', fileName: wanted });
  });

  test.each([
    [
      'is cut off in a part',
      encode([{ name: 'file', content: Buffer.from('abc') }]).subarray(0, -12),
      CONTENT_TYPE,
    ],
    ['is cut off before its last boundary', encode([]).subarray(0, 10), CONTENT_TYPE],
    [
      'has another boundary than it says',
      encode([{ name: 'file', content: Buffer.from('abc') }]),
      `${CONTENT_TYPE}x`,
    ],
    [
      'has a part without a name',
      `--${BOUNDARY}\r\nContent-Type: text/plain\r\n\r\nx\r\n--${BOUNDARY}--`,
      CONTENT_TYPE,
    ],
    ['names no boundary', encode([]), 'multipart/form-data'],
    ['is empty', '', CONTENT_TYPE],
  ])('is refused when it %s', async (_, body, contentType) => {
    await expect(read(body, [], contentType)).rejects.toMatchObject({ code: 'MalformedPOSTRequest' });
  });

  test('is refused when its heads are longer than 20 KiB, however many there are', async () => {
    const many = encode(
      Array.from({ length: 400 }, () => ({ name: 'x-ignore-me', content: Buffer.alloc(0) })),
    );
    const long = `--${BOUNDARY}\r\nX-Long: ${'x'.repeat(30_000)}`;

    await expect(read(many)).rejects.toMatchObject({ code: 'MaxPostPreDataLengthExceeded' });
    await expect(read(long)).rejects.toMatchObject({ code: 'MaxPostPreDataLengthExceeded' });
  });
});
