import { describe, expect, test } from 'vitest';
import { shownDiffLine, unifiedDiff } from '../../../cli/add/unified-diff.ts';
import { fakeStreams } from '../../support/fake-streams.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n + 1}\n`).join('');

describe('a unified diff', () => {
  test('has the lines around a change, and a hunk for each place', () => {
    const after = numbers(20).replace('5\n', 'five\n').replace('16\n', '').replace('17\n', '17\nmore\n');

    expect(unifiedDiff({ file: 'a.txt', before: numbers(20), after }).join('\n')).toBe(
      [
        '--- a/a.txt',
        '+++ b/a.txt',
        '@@ -2,7 +2,7 @@',
        ' 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8',
        '@@ -13,8 +13,8 @@',
        ' 13\n 14\n 15\n-16\n 17\n+more\n 18\n 19\n 20',
      ].join('\n'),
    );
  });

  test('shows a file that comes and one that goes as a whole', () => {
    expect(unifiedDiff({ file: 'a', before: undefined, after: 'x\ny\n' })).toEqual([
      '--- /dev/null',
      '+++ b/a',
      '@@ -0,0 +1,2 @@',
      '+x',
      '+y',
    ]);
    expect(unifiedDiff({ file: 'a', before: 'x\n', after: undefined })).toEqual([
      '--- a/a',
      '+++ /dev/null',
      '@@ -1,1 +0,0 @@',
      '-x',
    ]);
  });

  test('of what does not change has no line', () => {
    expect(unifiedDiff({ file: 'a', before: 'x\n', after: 'x\n' })).toEqual([]);
  });

  test('cannot speak to the terminal', () => {
    expect(shownDiffLine('+\u001b[2J', fakeStreams().stdout)).toBe('+\\u001b[2J');
  });
});
