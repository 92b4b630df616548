import { NOT_COUNTED_STATUSES } from '../../shared/count-status.ts';
import { countText, plural } from '../terminal/units.ts';
import { adviceFor } from './count-advice.ts';
import { warningText } from './count-warnings.ts';

type Row = Readonly<Record<string, unknown>>;

/** So many names of columns are shown to a person; the document has all that the row has. */
const MOST_COLUMNS = 8;

/** Whether the row is of an object that could not be counted; its status may be one that is not known here. */
export function isNotCounted({ status, error, deleted }: Row): boolean {
  if (typeof status !== 'string' || status === 'counted' || deleted === true) return false;
  return NOT_COUNTED_STATUSES.some((known) => known === status) || typeof error === 'string';
}

/** `4 rows (header included)`; undefined where the row has no count. */
export function rowsText({ row_count: rows, header }: Row): string | undefined {
  if (typeof rows !== 'number') return undefined;
  const included =
    header === 'assumed' && rows > 0 ? ' (header included)' : header === 'absent' ? ' (no header)' : '';
  return plural(rows, 'row') + included;
}

/**
 * What a row says of a count, or what to do where there is none, a fact a line:
 *
 *     3 data rows in 5 lines
 *     2 columns: Artikel, Preis
 *     delimiter ; (detected), windows-1252, gzip
 *     ! ragged-rows: 1 row with another number of fields than the first one's 2; rows have 1 to 2
 */
export function countLines(row: Row): readonly string[] {
  if (isNotCounted(row)) {
    const advice = adviceFor(String(row['status']), typeof row['error_row'] === 'number');
    return advice === undefined ? [] : [`→ ${advice}`];
  }
  if (row['status'] !== 'counted' || row['deleted'] === true) return [];
  const { warnings = [] } = row;
  return [
    sizeLine(row),
    columnLine(row),
    formatLine(row),
    ...(Array.isArray(warnings) ? warnings : []).map((one) => `! ${warningText(String(one), row)}`),
  ].filter((line) => line !== undefined);
}

function sizeLine({ data_row_count: dataRows, blank_rows: blank, lines }: Row): string | undefined {
  if (typeof dataRows !== 'number') return undefined;
  const within = typeof lines === 'number' ? ` in ${plural(lines, 'line')}` : '';
  const left = typeof blank === 'number' && blank > 0 ? `, ${plural(blank, 'blank row')} not among them` : '';
  return `${plural(dataRows, 'data row')}${within}${left}`;
}

function columnLine({ column_count: count, columns }: Row): string | undefined {
  if (typeof count !== 'number') return undefined;
  const names = Array.isArray(columns) ? columns.map(String) : [];
  const shown = names
    .slice(0, MOST_COLUMNS)
    .map((name) => (name.trim() === '' ? JSON.stringify(name) : name))
    .join(', ');
  const more = names.length === 0 ? 0 : count - Math.min(names.length, MOST_COLUMNS);
  return `${plural(count, 'column')}${shown === '' ? '' : `: ${shown}`}${more > 0 ? `, and ${countText(more)} more` : ''}`;
}

/** How it was read: what separates fields and who said so, the encoding, and what was decompressed. */
function formatLine(row: Row): string | undefined {
  const { delimiter, delimiter_source: source, quote, escape, encoding, content_coding: coding } = row;
  const facts = [
    ...(typeof delimiter === 'string'
      ? [`delimiter ${characterText(delimiter)}${typeof source === 'string' ? ` (${source})` : ''}`]
      : []),
    ...(typeof quote === 'string' ? [`quote ${characterText(quote)}`] : []),
    ...(typeof escape === 'string' ? [`escape ${escape}`] : []),
    ...(typeof encoding === 'string' ? [encoding] : []),
    ...(typeof coding === 'string' && coding !== 'identity' ? [coding] : []),
  ];
  return facts.length === 0 ? undefined : facts.join(', ');
}

/** A character that can be seen: `tab`, `\x01`. */
function characterText(character: string): string {
  if (character === '\t') return 'tab';
  if (character === ' ') return 'space';
  return character < ' ' || character === '\x7f'
    ? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
    : character;
}
