import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backlogChart } from './backlog-chart.ts';
import { backlogs, backlogTable, splitTable } from './scale-parts.ts';
import { adviceTable, capacityTable, prodFacts } from './capacity-table.ts';

export const PAGE = 'docs/scale.md';
/** A file of its own, which the page shows. */
const CHART = 'docs/images/backlog.svg';
const PROJECT_DIR = join(import.meta.dirname, '../..');
const FILE = join(PROJECT_DIR, PAGE);

/** What the page has by computation: name of the part → its text. @param outdir an empty folder, for the CDK */
export function computedParts(outdir: string): Readonly<Record<string, string>> {
  const facts = prodFacts(outdir);
  const drained = backlogs(facts);
  return {
    capacity: capacityTable(facts),
    advice: adviceTable(facts),
    split: splitTable(),
    backlog: backlogTable(drained),
    [CHART]: backlogChart(drained),
  };
}

/** The parts as the page has them, between `<!-- NAME -->` and `<!-- /NAME -->`, and the chart as its file has it. */
export function committedParts(names: readonly string[]): Readonly<Record<string, string>> {
  const text = readFileSync(FILE, 'utf8');
  return Object.fromEntries(
    names.map((name) => [
      name,
      name === CHART ? readFileSync(join(PROJECT_DIR, CHART), 'utf8') : partIn(text, name),
    ]),
  );
}

/** Writes the parts into the page. @throws Error naming a part that the page has no place for */
export function writeParts(parts: Readonly<Record<string, string>>): void {
  let text = readFileSync(FILE, 'utf8');
  for (const [name, part] of Object.entries(parts)) {
    if (name === CHART) {
      writeFileSync(join(PROJECT_DIR, CHART), part);
      continue;
    }
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
