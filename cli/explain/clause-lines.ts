import { styleText } from 'node:util';
import type { ClauseResult } from '../../shared/event-pattern/pattern-matcher.ts';
import { terminalJson } from '../../shared/terminal-text.ts';
import { widthOf } from '../terminal/table.ts';
import { elementText, wantedText } from '../../shared/event-pattern/wanted-text.ts';

/** A line that is longer than this goes on below itself; a value is never cut, so that it can be copied. */
const WIDTH = 80;
/** So many values of an array are shown; --json has all. */
const MOST_VALUES = 8;

/**
 * The clauses of a pattern, for a person: path, what was found and what was wanted.
 *
 *     ✔ source             "aws.s3"
 *     ✖ detail.object.key  "uploads/report.csv"  wanted prefix "csv/"
 */
export function clauseLines(clauses: readonly ClauseResult[], indent = '  '): readonly string[] {
  const paths = clauses.filter(({ path, alternatives }) => path !== '' && alternatives === undefined);
  const width = Math.max(0, ...paths.map(({ path }) => path.length));
  return clauses.flatMap((clause) => [
    ...oneClause(clause, width, indent),
    ...(clause.alternatives ?? []).flatMap((inner, index) => [
      `${indent}  ${sign(inner.every(({ matched }) => matched))} alternative ${index + 1}`,
      ...clauseLines(inner, `${indent}    `),
    ]),
  ]);
}

/** One clause on one line, to stand below a row: `detail.object.key "a.txt", wanted prefix "csv/"` */
export function clauseText(clause: ClauseResult): string {
  const { path, wanted, alternatives } = clause;
  if (path === '') return wanted;
  if (alternatives !== undefined) return `${path}: none of its ${alternatives.length} alternatives holds`;
  return terminalJson(`${path} ${foundText(clause)}, wanted ${wantedText(wanted)}`);
}

function oneClause(clause: ClauseResult, pathWidth: number, indent: string): readonly string[] {
  const { path, matched, wanted, alternatives } = clause;
  if (path === '') return [`${indent}${sign(matched)} wanted ${wanted}`];
  if (alternatives !== undefined) {
    const held = alternatives.filter((inner) => inner.every((one) => one.matched)).length;
    return [
      `${indent}${sign(matched)} ${terminalJson(path)}  ${held} of ${alternatives.length} alternatives hold, one must`,
    ];
  }
  const start = `${indent}${sign(matched)} ${terminalJson(path).padEnd(pathWidth)}  `;
  const found = terminalJson(foundText(clause));
  const why = terminalJson(whyText(clause));
  if (why === '') return [start + found];
  const whole = `${start}${found}  ${styleText('dim', why)}`;
  if (widthOf(whole) <= WIDTH) return [whole];
  return [start + found, `${' '.repeat(indent.length + 2 + pathWidth + 2)}${styleText('dim', why)}`];
}

const sign = (matched: boolean): string => (matched ? styleText('green', '✔') : styleText('red', '✖'));

function foundText({ found }: ClauseResult): string {
  if (found.length === 0) return 'absent';
  const shown = found.slice(0, MOST_VALUES).join(', ');
  return found.length > MOST_VALUES ? `${shown} and ${found.length - MOST_VALUES} more` : shown;
}

/** What was wanted; of a list that holds only what holds of it. Nothing where that is what was found. */
function whyText({ wanted, found, matched, held }: ClauseResult): string {
  if (!matched) return `wanted ${wantedText(wanted)}`;
  const holding = held === undefined ? wantedText(wanted) : held.map(elementText).join(' and ');
  const isSame = found.length === 0 ? holding === 'absent' : holding === found.join(', ');
  return isSame ? '' : `by ${holding}`;
}
