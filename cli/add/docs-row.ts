import type { NewConsumer } from './new-consumer.ts';
import { heardText, keptText } from './consumer-words.ts';

/** Where the consumers of a project are told to people: a table whose first column is headed `consumer`. */
export const DOCUMENT = 'README.md';

const HEAD = /^\| consumer \|/;

/**
 * The document with the consumer's row at the end of its table, sorted by name among the rows of the further ones; the same
 * text when there is no such table.
 */
export function documentWith(text: string, consumer: NewConsumer, further: readonly string[]): string {
  const lines = text.split('\n');
  const table = tableOf(lines);
  if (table === undefined) return text;
  const later = lines.slice(table.from, table.to).findIndex((line) => {
    const name = nameOf(line);
    return name !== undefined && further.includes(name) && name > consumer.name;
  });
  return lines.toSpliced(later === -1 ? table.to : table.from + later, 0, rowOf(consumer)).join('\n');
}

/** The document without the consumer's row. */
export function documentWithout(text: string, name: string): string {
  const lines = text.split('\n');
  const table = tableOf(lines);
  if (table === undefined) return text;
  const { from, to } = table;
  return lines.filter((line, index) => index < from || index >= to || nameOf(line) !== name).join('\n');
}

function rowOf(consumer: NewConsumer): string {
  return `| \`${consumer.name}\` | ${escaped(heardText(consumer))} | ${escaped(keptText(consumer))} |`;
}

/** Its rows, without head and rule. */
function tableOf(lines: readonly string[]): { from: number; to: number } | undefined {
  const head = lines.findIndex((line) => HEAD.test(line));
  if (head === -1) return undefined;
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return { from: head + 2, to: end === -1 ? lines.length : end };
}

const nameOf = (row: string): string | undefined => /^\| `([\w-]+)` \|/.exec(row)?.[1];

/** A prefix may hold what means something in Markdown. */
const escaped = (text: string): string => text.replaceAll(/[\\`*_{}[\]<>|#~]/g, String.raw`\$&`);
