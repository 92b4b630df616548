import { expect, test, vi } from 'vitest';
import { log } from '../../local/log.ts';

function lineOf(details: Record<string, unknown>): Record<string, unknown> {
  const written = vi.spyOn(console, 'error').mockReturnValue();
  log('it failed', details);
  const [line] = written.mock.lastCall as [string];
  written.mockRestore();
  return JSON.parse(line) as Record<string, unknown>;
}

test('an error in a line of the log keeps its text, and its causes', () => {
  const cause = new TypeError('what was behind it');

  const line = lineOf({ error: new Error('what was seen', { cause }), list: [new Error('one of them')] });

  expect(line['error']).toMatch(/^Error: what was seen\n {4}at [^]*cause: TypeError: what was behind it/);
  expect(line['list']).toEqual([expect.stringContaining('one of them')]);
});

test('an error of the machine is told without a stack', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

  expect(lineOf({ error })['error']).toBe('Error: ENOSPC: no space left on device, write');
});
