import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { countRows } from '../../../functions/csv-row-counter/count-rows.ts';
import { scanBytes, type Scan } from '../../../functions/csv-row-counter/csv-scan.ts';
import { kernelScan } from '../../../functions/csv-row-counter/kernel-scan.ts';
import { compileKernel } from '../../../functions/csv-row-counter/kernel/compile.ts';
import { kernelSources } from '../../../functions/csv-row-counter/kernel/kernel-sources.ts';
import { blockEdges, memoryEdges } from './block-edges.ts';
import { PROFILE_MUTANTS } from './profile-mutants.ts';
import { differenceIn, randomColumn, randomCsv } from './random-csv.ts';
import { ROW_MUTANTS } from './row-mutants.ts';

const SOURCES = await kernelSources();

/** Whether the inputs tell this scan from the twin. */
async function isCaught(scan: Scan): Promise<boolean> {
  for (let seed = 0; seed < 4_500; seed++) {
    const csv = seed % 3 === 0 ? randomColumn(seed) : randomCsv(seed);
    if ((await differenceIn(csv, scan)) !== undefined) return true;
  }
  for (const edges of [blockEdges(), memoryEdges()]) {
    for (const bytes of edges) {
      const expected = await countRows([bytes], {}, scanBytes);
      for (const cut of [0, 63, 64, 65]) {
        const count = await countRows([bytes.subarray(0, cut), bytes.subarray(cut)], {}, scan);
        if (!isDeepStrictEqual(count, expected)) return true;
      }
    }
  }
  return false;
}

const scanOf = async (sources: Readonly<Record<string, string>>): Promise<Scan> =>
  kernelScan(await compileKernel(sources))!;

describe('the inputs catch a kernel in which', { timeout: 300_000 }, () => {
  test.each([...ROW_MUTANTS, ...PROFILE_MUTANTS])('%s', async (_mistake, place, changed) => {
    const files = Object.entries(SOURCES);
    expect(files.flatMap(([, source]) => source.split(place).slice(1))).toHaveLength(1);

    const mutant = files.map(([file, source]) => [file, source.replace(place, changed)]);
    expect(await isCaught(await scanOf(Object.fromEntries(mutant)))).toBe(true);
  });
});

test('and none in which nothing was changed', { timeout: 300_000 }, async () => {
  expect(await isCaught(await scanOf(SOURCES))).toBe(false);
});
