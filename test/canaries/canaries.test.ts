import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CANARIES } from './canaries.ts';
import { withMistake, type Canary } from './canary.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(PROJECT_DIR, file), 'utf8');

describe('the canaries', () => {
  test('are at least eighty, of every room, each with a name of its own', () => {
    const names = new Set(CANARIES.map(({ name }) => name));
    const rooms = new Set(CANARIES.map(({ file }) => file.slice(0, file.indexOf('/'))));

    expect(names.size).toBe(CANARIES.length);
    expect(names.size).toBeGreaterThanOrEqual(80);
    expect([...rooms].toSorted()).toEqual(['cli', 'functions', 'infra', 'local', 'shared']);
  });

  test.each(CANARIES.map((canary) => [canary.name, canary] as const))(
    'make one mistake in a line that is there once: %s',
    (_, canary) => {
      const right = read(canary.file);
      const wrong = withMistake(right, canary);

      expect(wrong).not.toBe(right);
      // what could not be loaded would be noticed by any test
      expect(() => stripTypeScriptTypes(wrong)).not.toThrow();
    },
  );

  test('name tests that are there', () => {
    const absent = CANARIES.filter(({ caughtBy: [file, title] }) => !read(file).includes(title));

    expect(absent.map(({ name, caughtBy }) => [name, ...caughtBy])).toEqual([]);
  });
});

describe('a mistake', () => {
  const canary: Canary = { name: 'it', file: 'a.ts', before: 'b();', after: 'c();', caughtBy: ['t', 't'] };

  test('takes the place of its line, as far indented', () => {
    expect(withMistake('a();\n  b();\nab();\n', canary)).toBe('a();\n  c();\nab();\n');
    expect(withMistake('a();\n  b();\n', { ...canary, after: '' })).toBe('a();\n  \n');
  });

  test.each([
    ['a();\nab();\n', 0],
    ['b();\n  b();\n', 2],
  ])('is refused where its line is not there once: %j', (text, times) => {
    expect(() => withMistake(text, canary)).toThrow(`a.ts has the line "b();" ${times} times`);
  });
});
