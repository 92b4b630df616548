import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { log, logError } from '../../local/log.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

function linesOf(write: () => void): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => spy.mockRestore());
  write();
  return lines;
}

test('a line of the runtime is JSON that shows what a terminal would hide or obey', () => {
  const key = 'csv/\u009b2J\u202egnp\u200b.csv';

  const [line = ''] = linesOf(() => log('a key', { key }));

  expect(line).toBe(String.raw`{"level":"WARN","message":"a key","key":"csv/\u009b2J\u202egnp\u200b.csv"}`);
  expect(JSON.parse(line)).toEqual({ level: 'WARN', message: 'a key', key });
});

test('an error in a line keeps its text, and that of its cause', () => {
  const error = new TypeError('not \u009b today', { cause: new Error('since it rains') });

  const [line = ''] = linesOf(() => logError('it failed', { error, all: [error] }));

  const { level, error: text, all } = JSON.parse(line) as { level: string; error: string; all: string[] };
  expect(level).toBe('ERROR');
  expect(text).toMatch(/^TypeError: not \u009b today\n +at .*\n {2}cause: Error: since it rains\n/s);
  expect(all).toEqual([text]);
  expect(line).not.toContain('\u009b');
});

// the programs that a person starts speak to that person, in words that were made safe
const SPEAKING = [
  'cli/demo/demo.ts',
  'local/log.ts',
  'cli/start/run-pipeline.ts',
  'cli/start/report-trouble.ts',
];

test('nothing else of the runtime writes to stderr, and no line loses an error to String()', () => {
  const files = globSync(['local/**/*.ts', 'cli/start/*.ts', 'cli/demo/*.ts'], { cwd: PROJECT_DIR });
  const found = files.flatMap((file) =>
    readFileSync(join(PROJECT_DIR, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        (/\bconsole\.|process\.stderr/.test(line) && !SPEAKING.includes(file)) ||
        /\berror: String\(/.test(line)
          ? [`${file}:${index + 1}: ${line.trim()}`]
          : [],
      ),
  );

  expect(files).toEqual(expect.arrayContaining(SPEAKING));
  expect(found).toEqual([]);
});
