import { describe, expect, test } from 'vitest';
import { commonPrefix, plannedUploads } from '../../../../../cli/console/page/objects/dropped-keys.ts';

const planned = (prefix: string, ...paths: readonly string[]) =>
  plannedUploads(
    prefix,
    paths.map((path) => ({ path, size: 1 })),
  ).map(({ key, problem }) => [key, problem]);

describe('a file that was dropped', () => {
  test('has its key below the prefix, which is taken as it is written', () => {
    expect(planned('csv/', 'a.csv', 'export/b.csv')).toEqual([
      ['csv/a.csv', undefined],
      ['csv/export/b.csv', undefined],
    ]);
    expect(planned('csv', 'a.csv')).toEqual([['csva.csv', undefined]]);
    expect(planned('', '__proto__', '-', '../a b+%#?.csv')).toEqual([
      ['__proto__', undefined],
      ['-', undefined],
      ['../a b+%#?.csv', undefined],
    ]);
  });

  test('is not sent to a key that another one has', () => {
    expect(planned('csv/', 'a.csv', 'a.csv')).toEqual([
      ['csv/a.csv', undefined],
      ['csv/a.csv', 'another one of these files has the same key'],
    ]);
  });

  test('is sent to a key of 1,024 bytes, and not to one of 1,025', () => {
    const name = 'ä'.repeat(510);

    expect(planned('csv/', name)[0]?.[1]).toBeUndefined();
    expect(planned('csv/', `${name}x`)[0]?.[1]).toMatch(
      /^the key would be 1025 bytes long, and S3 takes 1024/,
    );
  });

  test('is not sent where its name is no Unicode', () => {
    expect(planned('csv/', 'a\ud800.csv')[0]?.[1]).toMatch(/^its name is not Unicode/);
  });
});

describe('what keys have in common', () => {
  test.each([
    [['csv/2026/a.csv', 'csv/2026/b/c.csv'], 'csv/2026/'],
    [['csv/a.csv'], 'csv/a.csv'],
    [['a', 'b'], ''],
    [['x\u{1F600}', 'x\u{1F601}'], 'x'],
    [[], ''],
  ])('of %j is %j', (keys, prefix) => {
    expect(commonPrefix(keys)).toBe(prefix);
  });
});
