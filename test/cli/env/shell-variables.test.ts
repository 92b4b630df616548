import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellLines } from '../../../cli/env/shell-variables.ts';

describe('variables for a shell', () => {
  test.each([
    ['sh', ['unset AWS_PROFILE', String.raw`export NAME='it'\''s $(a) \b'`]],
    ['fish', ['set -e AWS_PROFILE', String.raw`set -gx NAME 'it\'s $(a) \\b'`]],
    [
      'powershell',
      ['Remove-Item Env:AWS_PROFILE -ErrorAction SilentlyContinue', String.raw`$env:NAME = 'it''s $(a) \b'`],
    ],
  ] as const)('are quoted as %s wants it', (shell, lines) => {
    expect(shellLines({ set: { NAME: String.raw`it's $(a) \b` }, unset: ['AWS_PROFILE'] }, shell)).toEqual(
      lines,
    );
  });

  test('are in sh what they were, whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text)),
        (value) => {
          const script = `${shellLines({ set: { NAME: value }, unset: [] }, 'sh').join('\n')}\nprintf %s "$NAME"`;
          expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('hold no control character', () => {
    expect(() => shellLines({ set: { NAME: 'a\u001b[2J' }, unset: [] }, 'sh')).toThrow('control character');
  });
});
