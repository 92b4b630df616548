import { diff, styleText } from 'node:util';
import { terminalText } from '../../shared/terminal-text.ts';
import type { FileChange } from './file-change.ts';

/** Lines around a change that show where it is. */
const CONTEXT = 3;

/** A line of a difference: `+` comes, `-` goes, a space stays. */
interface DiffLine {
  readonly sign: '+' | '-' | ' ';
  readonly text: string;
}

/** The lines of `diff -u` for one file, each beginning with `---`, `+++`, `@@`, `+`, `-` or a space; none when nothing changes. */
export function unifiedDiff({ file, before, after }: FileChange): readonly string[] {
  if (before === after) return [];
  const lines = diffLines(linesOf(before), linesOf(after));
  return [
    `--- ${before === undefined ? '/dev/null' : `a/${file}`}`,
    `+++ ${after === undefined ? '/dev/null' : `b/${file}`}`,
    ...hunks(lines),
  ];
}

/** A line of it as a terminal shows it: in colour, where the stream has any, and with nothing in it that speaks to the terminal. */
export function shownDiffLine(line: string, stream: NodeJS.WriteStream): string {
  const text = terminalText(line);
  if (/^(?:---|\+\+\+) /.test(line)) return styleText('bold', text, { stream });
  const colour = ({ '+': 'green', '-': 'red', '@': 'cyan' } as const)[line.charAt(0)];
  return colour === undefined ? text : styleText(colour, text, { stream });
}

const linesOf = (text: string | undefined): string[] =>
  text === undefined ? [] : text.replace(/\n$/, '').split('\n');

function diffLines(before: string[], after: string[]): readonly DiffLine[] {
  if (before.length === 0 || after.length === 0) {
    return [
      ...before.map((text) => ({ sign: '-', text }) as const),
      ...after.map((text) => ({ sign: '+', text }) as const),
    ];
  }
  return diff(before, after).map(([operation, text]) => ({
    sign: operation === 0 ? ' ' : operation > 0 ? '-' : '+',
    text,
  }));
}

function hunks(lines: readonly DiffLine[]): readonly string[] {
  const changed = lines.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const near = (index: number) => changed.some((at) => Math.abs(at - index) <= CONTEXT);
  const shown: string[] = [];
  let [old, current] = [1, 1];
  for (let index = 0; index < lines.length;) {
    const end = lines.findIndex((_, at) => at > index && near(at) !== near(index));
    const part = lines.slice(index, end === -1 ? undefined : end);
    const [removed, added] = (['-', '+'] as const).map(
      (sign) => part.filter((line) => line.sign === ' ' || line.sign === sign).length,
    ) as [number, number];
    if (near(index)) {
      shown.push(
        `@@ -${rangeText(old, removed)} +${rangeText(current, added)} @@`,
        ...part.map(({ sign, text }) => sign + text),
      );
    }
    old += removed;
    current += added;
    index += part.length;
  }
  return shown;
}

/** `12,3`; a range of no lines names the line before it. */
const rangeText = (from: number, count: number): string => `${count === 0 ? from - 1 : from},${count}`;
