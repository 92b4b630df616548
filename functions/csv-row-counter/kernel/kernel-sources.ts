import { readFile } from 'node:fs/promises';

const FILES = ['count-rows.as', 'masks.as', 'opening.as', 'records.as'];

/** The kernel's AssemblyScript, by file name. */
export async function kernelSources(): Promise<Record<string, string>> {
  const texts = FILES.map(async (file) => [file, await readFile(new URL(file, import.meta.url), 'utf8')]);
  return Object.fromEntries(await Promise.all(texts)) as Record<string, string>;
}
