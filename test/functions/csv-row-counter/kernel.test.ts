import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { countRows, type CsvCount } from '../../../functions/csv-row-counter/count-rows.ts';
import { scanBytes } from '../../../functions/csv-row-counter/csv-scan.ts';
import { fastestScan, kernelScan } from '../../../functions/csv-row-counter/kernel-scan.ts';
import { compileKernel, kernelModule } from '../../../functions/csv-row-counter/kernel/compile.ts';
import { kernelSources } from '../../../functions/csv-row-counter/kernel/kernel-sources.ts';
import { KERNEL_BASE64 } from '../../../functions/csv-row-counter/kernel/kernel-bytes.ts';
import { blockEdges, memoryEdges } from './block-edges.ts';
import { differenceIn, randomColumn, randomCsv } from './random-csv.ts';
import { readSlowly } from './slow-reader.ts';

const INPUTS = 50_000;
const COLUMNS = 5_000;
const KERNEL_FOLDER = new URL('../../../functions/csv-row-counter/kernel/', import.meta.url);
const kernel = kernelScan(Buffer.from(KERNEL_BASE64, 'base64'))!;

test('the bytes in the repository are what the sources compile to', async () => {
  const compiled = await compileKernel(await kernelSources());

  expect(readFileSync(new URL('kernel-bytes.ts', KERNEL_FOLDER), 'utf8')).toBe(kernelModule(compiled));
});

test('it is what counts here', () => {
  expect(fastestScan).not.toBe(scanBytes);
});

test('an engine that does not take it has the TypeScript twin', () => {
  // a module that no engine takes: the magic word of another format
  expect(kernelScan(Buffer.from('\0elf'))).toBeUndefined();
});

/** The kernel's counts that are other than expected, of halves cut at these offsets. */
async function differences(bytes: Buffer, expected: CsvCount, cuts: readonly number[]): Promise<object[]> {
  const found: object[] = [];
  for (const cut of cuts) {
    const count = await countRows([bytes.subarray(0, cut), bytes.subarray(cut)], {}, kernel);
    if (!isDeepStrictEqual(count, expected)) found.push({ text: bytes.toString(), cut, count, expected });
  }
  return found;
}

describe('the kernel counts as its twin does', { timeout: 300_000 }, () => {
  test('and the slow reader, with every text of four characters at every place around the end of a block, cut before, at and behind it', async () => {
    let texts = 0;
    for (const bytes of blockEdges()) {
      const expected = await countRows([bytes], {}, scanBytes);
      expect(expected).toEqual(readSlowly(bytes.toString('latin1')));
      expect(await differences(bytes, expected, [0, 62, 63, 64, 65, 66])).toEqual([]);
      texts++;
    }
    expect(texts).toBe(7 * 5 * 780 * 2);
  });

  test('with every such text around the end of its memory', async () => {
    let texts = 0;
    for (const bytes of memoryEdges()) {
      expect(await differences(bytes, await countRows([bytes], {}, scanBytes), [0])).toEqual([]);
      texts++;
    }
    expect(texts).toBe(5 * 2 * 780 * 2);
  });

  test.each([
    [INPUTS, 'inputs', randomCsv],
    [COLUMNS, 'single columns', randomColumn],
  ])('and as the slow reader and csv-parse do, on %i %s cut at random', async (inputs, _kind, random) => {
    const found: object[] = [];
    for (let seed = 0; seed < inputs && found.length === 0; seed++) {
      const csv = random(seed);
      const difference = await differenceIn(csv, kernel);
      if (difference !== undefined) found.push({ seed, ...csv, ...difference });
    }
    expect(found).toEqual([]);
  });
});
