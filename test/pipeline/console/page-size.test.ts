import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { bundleOptions } from '../../../cli/console/bundle-page.ts';

const PAGE_DIR = resolve(import.meta.dirname, '../../../cli/console/page');
const BOUND_BYTES = 80_000;

test('the whole page, document, script and styles, is at most 80 kB when it is compressed', async () => {
  const { outputFiles } = await build({ ...bundleOptions(PAGE_DIR), write: false });

  expect(outputFiles.map(({ path }) => path.slice(path.lastIndexOf('.'))).toSorted()).toEqual([
    '.css',
    '.js',
  ]);
  const files = [
    readFileSync(resolve(PAGE_DIR, 'index.html')),
    ...outputFiles.map(({ contents }) => contents),
  ];
  const bytes = files.reduce((sum, contents) => sum + gzipSync(contents, { level: 9 }).length, 0);
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThanOrEqual(BOUND_BYTES);
});
