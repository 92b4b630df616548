import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adviceTable, capacityTable, prodFacts } from './capacity-table.ts';

export const PAGE = 'docs/scale.md';
const FILE = join(import.meta.dirname, '../..', PAGE);

/** What the page has by computation: name of the part → its text. @param outdir an empty folder, for the CDK */
export function computedParts(outdir: string): Readonly<Record<string, string>> {
  const facts = prodFacts(outdir);
  return { capacity: capacityTable(facts), advice: adviceTable(facts) };
}

/** The parts as the page has them, between `<!-- NAME -->` and `<!-- /NAME -->`. */
export function committedParts(names: readonly string[]): Readonly<Record<string, string>> {
  const text = readFileSync(FILE, 'utf8');
  return Object.fromEntries(names.map((name) => [name, partIn(text, name)]));
}

/** Writes the parts into the page. @throws Error naming a part that the page has no place for */
export function writeParts(parts: Readonly<Record<string, string>>): void {
  let text = readFileSync(FILE, 'utf8');
  for (const [name, part] of Object.entries(parts)) {
    const before = partIn(text, name);
    text = text.replace(`<!-- ${name} -->\n\n${before}`, () => `<!-- ${name} -->\n\n${part}`);
  }
  writeFileSync(FILE, text);
}

function partIn(text: string, name: string): string {
  const [start, end] = [`<!-- ${name} -->\n\n`, `\n\n<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place <!-- ${name} --> … <!-- /${name} -->`);
  return text.slice(from + start.length, to);
}
