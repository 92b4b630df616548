import { stripVTControlCharacters, styleText } from 'node:util';
import { terminalText } from '../terminal-text.ts';
import type { UploadedSample } from './checks.ts';
import type { Row, Stored } from './pipeline-client.ts';

type Style = Parameters<typeof styleText>[0];

/** A cell: its text, and how it looks. */
interface Cell {
  readonly text: string;
  readonly style?: Style;
  readonly right?: boolean;
}

const HEADINGS = ['object', 'size', 'metadata-writer', 'csv-row-counter', 'ledger-exporter', 'shows'];

/** Per object what each consumer has of it, for a person to read. @param width of the terminal: the remarks go first when it is too narrow */
export function outcomeTable(samples: readonly UploadedSample[], stored: Stored, width = Infinity): string {
  const lasting = samples.filter(({ afterwards }) => afterwards !== 'overwritten');
  const rows = lasting.map((sample): Cell[] => [
    { text: terminalText(sample.key), style: 'bold' },
    { text: bytesText(sample.sizeBytes), right: true },
    metadataCell(stored.metadata.get(sample.key)),
    counterCell(stored.counts.get(sample.key)),
    ledgerCell(stored.ledger, sample.key),
    { text: sample.shows, style: 'dim' },
  ]);
  const whole = table(HEADINGS, rows);
  const widest = Math.max(...stripVTControlCharacters(whole).split('\n').map(columns));
  if (widest <= width) return whole;
  return table(
    HEADINGS.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
  );
}

function metadataCell(row: Row | undefined): Cell {
  if (row === undefined) return MISSING;
  return row['deleted'] === true
    ? { text: 'deleted', style: 'yellow' }
    : { text: '✔ recorded', style: 'green' };
}

function counterCell(row: Row | undefined): Cell {
  if (row === undefined) return { text: '–', style: 'dim' };
  if (row['deleted'] === true) return { text: 'deleted', style: 'yellow' };
  if (row['status'] !== 'counted') return { text: String(row['status']), style: 'yellow' };
  const count = Number(row['row_count']);
  return { text: `✔ ${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`, style: 'green' };
}

function ledgerCell(ledger: readonly Row[], key: string): Cell {
  const events = new Set(ledger.filter((line) => line['object_key'] === key).map((line) => line['identity']))
    .size;
  return events === 0
    ? MISSING
    : { text: `✔ ${events} ${events === 1 ? 'event' : 'events'}`, style: 'green' };
}

const MISSING: Cell = { text: '✖ nothing', style: 'red' };

/** `9.1 MB` */
function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(units.length - 1, bytes < 1_000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1_000 ** power).toFixed(1)} ${units[power]}`;
}

function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => columns(row[column]?.text ?? ''))),
  );
  const line = (cells: readonly Cell[]) =>
    cells
      .map(({ text, style, right }, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - columns(text));
        const styled = style === undefined ? text : styleText(style, text);
        return right === true ? padding + styled : styled + padding;
      })
      .join('  ')
      .trimEnd();
  const heading = line(headings.map((text): Cell => ({ text, style: 'dim' })));
  const rule = styleText('dim', widths.map((width) => '─'.repeat(width)).join('──'));
  return [heading, rule, ...rows.map(line)].join('\n');
}

/** Columns that a text takes in a terminal: combining marks take none. */
function columns(text: string): number {
  return [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;
}
