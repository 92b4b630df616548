import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { countRows } from '../../../functions/csv-row-counter/count-rows.ts';
import { generateOrders } from '../../../cli/demo/generate-orders.ts';
import { SAMPLES, type ExpectedCount, type Sample } from '../../../cli/demo/samples.ts';
import { hasPython, readWithPython } from '../../functions/csv-row-counter/oracles.ts';
import { readSlowly } from '../../functions/csv-row-counter/slow-reader.ts';

const read = SAMPLES.flatMap((sample) => {
  const { count } = sample;
  return typeof count === 'string' ? [] : [{ ...sample, expected: count }];
});
const counted = read.filter(({ expected }) => expected.status === 'counted');

/** The text as the counter sees it, a character per byte; decompressed, and from behind its byte order mark. */
async function csvOf({ key, content }: Pick<Sample, 'key' | 'content'>): Promise<Buffer> {
  const bytes = Buffer.from(await content());
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const csv = isUtf16
    ? Buffer.from(bytes.toString('utf16le'))
    : key.endsWith('.gz')
      ? gunzipSync(bytes)
      : bytes;
  return csv.subarray(csv.indexOf('\u{feff}') === 0 ? 3 : 0);
}

function delimiterOf({ metadata }: Pick<Sample, 'metadata'>): string {
  return metadata?.['csv-delimiter'] ?? ',';
}

describe('each sample', () => {
  test.each(counted)('has the count it promises: $key, $shows', async (sample) => {
    const { rowCount, blankRows, columnCount }: ExpectedCount = sample.expected;
    const csv = await csvOf(sample);
    const delimiter = delimiterOf(sample);

    const [header] = parse(csv, { delimiter, relax_quotes: true, to: 1 });

    expect(readSlowly(csv.toString('latin1'), { delimiter, quote: '"' })).toMatchObject({
      rows: rowCount,
      blankRows,
    });
    expect(await countRows([csv], { delimiter })).toMatchObject({ rows: rowCount, blankRows });
    expect(header?.length).toBe(columnCount);
  });

  test.skipIf(!hasPython)(
    'has the count that Python gives it (skipped where there is no Python 3.11)',
    async () => {
      const inputs = await Promise.all(
        counted.map(async (sample) => ({ bytes: await csvOf(sample), delimiter: delimiterOf(sample) })),
      );

      const readings = readWithPython(inputs);

      expect(readings).toEqual(
        counted.map(({ expected: { rowCount, blankRows } }) => ({ rows: rowCount, blankRows })),
      );
    },
  );

  test('that is malformed has its quote where it promises', async () => {
    for (const sample of read.filter(({ expected }) => expected.status === 'malformed-csv')) {
      const { unterminatedQuote: open } = readSlowly((await csvOf(sample)).toString('latin1'));

      expect({ errorRow: open?.row, errorByteOffset: open?.byteOffset }).toEqual({
        errorRow: sample.expected.errorRow,
        errorByteOffset: sample.expected.errorByteOffset,
      });
    }
  });

  test('that is overwritten has a later one of its key', () => {
    for (const [index, { key, afterwards }] of SAMPLES.entries()) {
      const isOverwritten = SAMPLES.slice(index + 1).some((later) => later.key === key);

      expect(isOverwritten).toBe(afterwards === 'overwritten');
    }
  });
});

describe('generateOrders', () => {
  test('gives the same bytes for the same seed', () => {
    expect(digestOfOrders()).toBe('a544683926c98b9b327103aac23f29de5354e3b68bd9a48c19f559bfe1f4557a');
    expect(digestOfOrders(2)).not.toBe(digestOfOrders());
  });
});

function digestOfOrders(seed?: number): string {
  const hash = createHash('sha256');
  for (const chunk of generateOrders(2_000, seed)) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}
