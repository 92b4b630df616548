import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { logLineText } from '../../../cli/logs/log-line.ts';
import { Progress } from '../../../cli/terminal/progress.ts';
import { widthOf } from '../../../cli/terminal/table.ts';
import { Terminal } from '../../../cli/terminal/terminal.ts';
import { parseDuration, parseMoment, parseWhole } from '../../../cli/terminal/time.ts';
import { bytesText, durationText } from '../../../cli/terminal/units.ts';

const NOW = new Date('2026-11-20T12:00:00Z');

describe('a moment', () => {
  test.each([
    ['10m', '2026-11-20T11:50:00.000Z'],
    ['2h', '2026-11-20T10:00:00.000Z'],
    ['1w', '2026-11-13T12:00:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['07:00', '2026-11-20T07:00:00.000Z'],
    ['07:00:30', '2026-11-20T07:00:30.000Z'],
    ['2026-11-20T07:00', '2026-11-20T07:00:00.000Z'],
    ['2026-11-20 07:00:30', '2026-11-20T07:00:30.000Z'],
    ['2026-11-20T07:00:00+02:00', '2026-11-20T05:00:00.000Z'],
    ['2026-11-20T07:00:00.5Z', '2026-11-20T07:00:00.500Z'],
  ])('%s is %s', (text, moment) => {
    expect(parseMoment(text, '--since', NOW).toISOString()).toBe(moment);
  });

  test.each([
    '',
    '10',
    'm',
    '-5m',
    '10 m',
    'yesterday',
    '2026-13-01',
    '2026-02-30',
    '99999d',
    '2026',
    '7:00',
    '25:00',
    '20/11/2026',
    '2026-11-20T25:00Z',
  ])('%j is none', (text) => {
    expect(() => parseMoment(text, '--since', NOW)).toThrow(`--since ${JSON.stringify(text)} is no time`);
  });
});

test('lengths of time and whole numbers are read strictly', () => {
  expect([parseDuration('0s', '--grace'), parseDuration('3d', '--grace')]).toEqual([0, 259_200_000]);
  expect(parseWhole('10', '--limit', 1, 10)).toBe(10);
  expect(() => parseDuration('99999999999999d', '--grace')).toThrow('--grace');
  for (const text of ['11', '0', '1.5', '1e1', ' 1', '']) {
    expect(() => parseWhole(text, '--limit', 1, 10)).toThrow('--limit');
  }
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [35_100_000, '35.1 MB'],
  [2e15, '2.0 PB'],
])('%i bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [350, '350 ms'],
  [12_300, '12 s'],
  [180_000, '3 min'],
  [9_000_000, '2.5 h'],
  [864_000_000, '10 d'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

/** A terminal of so many columns, or none. */
const terminal = (columns?: number) =>
  Object.assign(
    new PassThrough(),
    columns === undefined ? {} : { isTTY: true, columns },
  ) as unknown as NodeJS.WriteStream;

describe('progress', () => {
  test('tells how far, how fast and how long still', () => {
    let now = 0;
    const progress = new Progress(terminal(80), { label: 'redriving', total: 4_000, now: () => now });
    now = 4_000;

    expect(progress.text(1_200)).toBe('redriving  ██████░░░░░░░░░░░░░░  1,200/4,000  300/s  9 s left');
    expect(progress.text(4_000)).toBe('redriving  ████████████████████  4,000/4,000  1,000/s');
  });

  test('without a total tells what is done, and never more than fits', () => {
    const stream = terminal(20);
    using progress = new Progress(stream, { label: 'comparing; objects:' });
    progress.show(1_000_000);

    const [drawn = ''] = [(stream as unknown as PassThrough).read() as Buffer].map((chunk) =>
      chunk.toString(),
    );
    expect(widthOf(drawn.replace('\r', ''))).toBeLessThan(20);
  });

  test('leaves its line to whatever else is printed', () => {
    let shown = '';
    const stream = terminal(80);
    (stream as unknown as PassThrough).on('data', (chunk: Buffer) => (shown += chunk.toString()));
    const streams = { stdin: process.stdin, stdout: stream, stderr: stream };
    const printer = new Terminal({
      ...streams,
      json: false,
      yes: false,
      signal: new AbortController().signal,
    });
    {
      using progress = printer.progress({ label: 'comparing' });
      progress.show(1);
      printer.note('a note');
      printer.line('a line');
    }

    // the last of what is written over a line is what stays there
    const lines = shown.split('\n').map((line) => line.slice(line.lastIndexOf('\u001b[2K') + 1));
    expect(lines).toEqual(['[2Ka note', 'a line', '']);
  });

  test('writes nothing where there is no terminal', () => {
    const stream = terminal();
    {
      using progress = new Progress(stream, { label: 'x', total: 1 });
      progress.show(1);
    }

    expect((stream as unknown as PassThrough).read()).toBeNull();
  });
});

describe('a line of a log', () => {
  test.each([
    [
      '{"level":"WARN","message":"failed, to be tried again","timestamp":"t","service":"s","key":"a b.csv","receive_count":2,"error":{"name":"SlowDown","message":"later","stack":"at x"}}',
      'WARN failed, to be tried again  key="a b.csv" receive_count=2 error="SlowDown: later"',
    ],
    ['REPORT RequestId: 1\tDuration: 2 ms\n', 'REPORT RequestId: 1  Duration: 2 ms'],
    ['{"message":"x","key":"a\u200bb","of":"c\u202e d"}', 'x  key=a\\u200bb of="c\\u202e d"'],
    ['{"no":"message"}', '{"no":"message"}'],
    ['{broken', '{broken'],
    ['\u001b[2Jgone', '\\u001b[2Jgone'],
  ])('%j is shown as %j', (message, shown) => {
    expect(logLineText(message)).toBe(shown);
  });
});
