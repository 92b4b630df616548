import { describe, expect, test } from 'vitest';
import { logLine, logLineText } from '../../../cli/logs/log-line.ts';

const WARNING = {
  level: 'WARN',
  message: 'failed, to be tried again',
  timestamp: '2026-11-20T19:02:11.000Z',
  function_name: 'writer',
  key: 'csv/a b.csv',
  receive_count: 2,
  error: { name: 'SlowDown', message: 'too fast', stack: 'SlowDown: too fast\n    at x' },
};

describe('a line of a log', () => {
  test('that is JSON is its level, its message and the facts that somebody looks for', () => {
    expect(logLine(WARNING)).toEqual({
      level: 'WARN',
      text: 'failed, to be tried again',
      facts: 'key="csv/a b.csv" receive_count=2 error="SlowDown: too fast"',
    });
    expect(logLineText(JSON.stringify(WARNING))).toBe(
      'WARN failed, to be tried again  key="csv/a b.csv" receive_count=2 error="SlowDown: too fast"',
    );
  });

  test.each([
    ['Lambda’s own', 'START RequestId: 1\tVersion: 2\n', 'START RequestId: 1  Version: 2'],
    ['JSON without a message', '{ "a": 1 }', '{ "a": 1 }'],
    ['with what a terminal would obey', '\u001b[31mred\u202e', String.raw`\u001b[31mred\u202e`],
  ])('that is %s stands as it is, as far as it can be shown', (_, line, shown) => {
    expect(logLineText(line)).toBe(shown);
    expect(logLine(line)).toEqual({ level: '', text: shown, facts: '' });
  });

  test('hides nothing in the names of its facts', () => {
    expect(logLine({ message: 'm', 'a\u202e': 1 }).facts).toBe(String.raw`a\u202e=1`);
  });
});
