import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const PROJECT_DIR = resolve(import.meta.dirname, '..');

/**
 * `onMoved?.((moved += n))` loses the count when nobody listens, and `if (count++ > limit)` needs a second reading. The
 * formatter writes such an assignment in parentheses of its own; a step stands alone, or last in the head of a `for`.
 */
const ASSIGNED_WITHIN = /\([\w.#]+ (?:\+|-|\*|\/|\?\?|\|\||&&)= /;
const STEPPED_WITHIN = /(?<![\w)\]])(?:\+\+|--)[\w#]|[\w)\]](?:\+\+|--)(?!;$|;? *\/\/|\) )/;

const isCode = (line: string): boolean =>
  !/^\s*(?:\/\/|\/?\*)/.test(line) && !/['"`].*(?:--|\+\+)/.test(line);

const changesState = (line: string): boolean =>
  isCode(line) && (ASSIGNED_WITHIN.test(line) || STEPPED_WITHIN.test(line));

test.each([
  ['onMoved?.((moved += n));', true],
  ['rows.slice(at, (at += 10));', true],
  ['if (++count > limit) return;', true],
  ['if (looked++ >= MOST) return;', true],
  ['onRemoved(++removed);', true],
  ['count++;', false],
  ['counts[outcome]++;', false],
  ['for (let at = 0; at < all.length; at++) {', false],
  ['for (let at = 0; at < all.length; at += 10) {', false],
  ['  // C++ and --flags', false],
  ["  .option('--limit <n>')", false],
])('a changed state inside an expression is found: %s %s', (line, isFound) => {
  expect(changesState(line)).toBe(isFound);
});

test('no expression of the command line, the functions or what they share changes state', () => {
  const files = globSync('{cli,functions,shared,infra}/**/*.ts', { cwd: PROJECT_DIR });

  const found = files.flatMap((file) => {
    let isText = false;
    return readFileSync(join(PROJECT_DIR, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const wasText = isText;
        // the help of a verb is a template literal of many lines
        if (line.replaceAll('\\`', '').split('`').length % 2 === 0) isText = !isText;
        return !wasText && !isText && changesState(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [];
      });
  });

  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
