import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ObjectLines } from '../../../cli/start/object-lines.ts';
import type { TriedMessage } from '../../../local/lambda/attempts.ts';
import { busEvent } from '../../support/object-events.ts';

const CONSUMERS = new Map([
  ['Fn1', 'metadata-writer'],
  ['Fn2', 'csv-row-counter'],
  ['Fn3', 'ledger-exporter'],
]);
const AT = Date.parse('2026-11-20T12:14:46.000Z');

let printed: string[];
let lines: ObjectLines;
let functionsFor: (eventText: string) => readonly string[] | undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: AT });
  printed = [];
  functionsFor = () => [...CONSUMERS.keys()];
  lines = new ObjectLines({
    // eslint-disable-next-line no-control-regex -- colours are of no interest here
    print: (line) => printed.push(line.replaceAll(/\u001b\[\d+m/g, '')),
    functionsFor: (text) => functionsFor(text),
  });
  lines.start(CONSUMERS);
});
afterEach(() => {
  lines?.stop();
  vi.useRealTimers();
});

const eventOf = (key: string, more: object = {}): string =>
  JSON.stringify({ ...busEvent({ key, size: 9_100_000 }), ...more });

function tried(functionName: string, body: string, more: Partial<TriedMessage> = {}): TriedMessage {
  return {
    functionName,
    queueArn: 'arn:aws:sqs:eu-west-1:000000000000:queue',
    messageId: `${functionName}-message`,
    body,
    receiveCount: 1,
    sentAtMs: AT - 412,
    startedAtMs: AT - 12,
    durationMs: 12,
    outcome: 'succeeded',
    ...more,
  };
}

const log = (functionName: string, facts: object): void =>
  lines.log(functionName, JSON.stringify({ level: 'INFO', message_id: `${functionName}-message`, ...facts }));

describe('an object', () => {
  test('has one line when the last of its consumers is done, with what the logs say', () => {
    const body = eventOf('csv/orders.csv');
    lines.tried([tried('Fn1', body)]);
    lines.tried([tried('Fn3', body)]);
    vi.advanceTimersByTime(1_000);
    expect(printed).toEqual([]);

    log('Fn2', { message: 'counted', rows: 120_001 });
    log('Fn2', { message: 'recorded' });
    lines.tried([tried('Fn2', body)]);
    vi.advanceTimersByTime(250);

    expect(printed).toEqual([
      '12:14:46  csv/orders.csv  9.1 MB   ✔ metadata  ✔ 120,001 rows  ✔ ledger   412 ms',
    ]);
  });

  test('has what the logs said before anything of it was tried', () => {
    const body = eventOf('csv/orders.csv');
    log('Fn2', { message: 'counted', rows: 2 });
    vi.advanceTimersByTime(5_000);
    lines.tried([...CONSUMERS.keys()].map((name) => tried(name, body)));
    vi.advanceTimersByTime(250);

    expect(printed).toEqual([expect.stringContaining('✔ 2 rows') as string]);
  });

  test('that has no count says why, in words, after all else', () => {
    const body = eventOf('csv/returns.csv');
    log('Fn2', {
      message: 'not counted',
      status: 'malformed-csv',
      reason: 'the quote in row 3 never closes',
    });
    lines.tried([...CONSUMERS.keys()].map((name) => tried(name, body)));
    vi.advanceTimersByTime(250);

    expect(printed[0]).toMatch(
      /✔ metadata {2}✔ ledger {3}\d+ ms {3}✖ malformed-csv: the quote in row 3 never closes$/,
    );
  });

  test('is awaited by what its rules say; then what is late has a line of its own', () => {
    const body = eventOf('csv/large.csv');
    lines.tried([tried('Fn1', body), tried('Fn3', body)]);
    vi.advanceTimersByTime(6_000);
    expect(printed).toEqual([expect.stringMatching(/✔ ledger  … csv-row-counter/) as string]);

    log('Fn2', { message: 'counted', rows: 1 });
    lines.tried([tried('Fn2', body)]);
    vi.advanceTimersByTime(250);

    expect(printed[1]).toMatch(/csv\/large.csv  9.1 MB   ✔ 1 row   412 ms$/);
    vi.advanceTimersByTime(60_000);
    expect(printed).toHaveLength(2);
  });

  test('of a failed attempt says the error, and has another line when it comes again', () => {
    functionsFor = () => ['Fn1'];
    const body = eventOf('a.bin');
    log('Fn1', { message: 'failed, to be tried again', error: { name: 'SlowDown', message: 'later' } });
    lines.tried([tried('Fn1', body, { outcome: 'failed' })]);
    vi.advanceTimersByTime(250);
    lines.tried([tried('Fn1', body, { receiveCount: 2 })]);
    vi.advanceTimersByTime(250);

    expect(printed).toEqual([
      expect.stringContaining('↻ metadata tries again (1): SlowDown: later') as string,
      expect.stringContaining('✔ metadata') as string,
    ]);
  });

  test.each([
    [{ message: 'superseded' }, '✔ metadata superseded'],
    [{ message: 'skipped' }, '✔ metadata skipped'],
    [
      { message: 'dead-lettered', reason: 'malformed-event', error: { name: 'E', message: 'no object' } },
      '✖ metadata dead-lettered: malformed-event: E: no object',
    ],
  ])('of which %j is logged shows %s', (facts, shown) => {
    functionsFor = () => ['Fn1'];
    log('Fn1', facts);
    lines.tried([tried('Fn1', eventOf('a'))]);
    vi.advanceTimersByTime(250);

    expect(printed[0]).toContain(shown);
  });

  test('of a replay, which may go to some of the consumers only, has a line when no more comes', () => {
    functionsFor = () => undefined;
    lines.tried([tried('Fn3', eventOf('a', { 'replay-name': 'again' }))]);
    vi.advanceTimersByTime(1_500);

    expect(printed).toEqual([expect.stringMatching(/a  9.1 MB  replay again   ✔ ledger/) as string]);
  });

  test('cannot turn the line around, nor can a message that is no event', () => {
    functionsFor = () => ['Fn1'];
    lines.tried([tried('Fn1', eventOf('\u202egnp.exe\u001b[2J'))]);
    lines.tried([tried('Fn1', 'no json', { messageId: 'other' })]);
    vi.advanceTimersByTime(250);

    expect(printed[0]).toContain(String.raw`\u202egnp.exe\u001b[2J`);
    expect(printed[1]).toContain('a message that is no event of an object');
  });
});

describe('a burst of 10,000 objects', () => {
  test('has few lines a second, and one that counts all the others', () => {
    for (let n = 0; n < 10_000; n++) {
      const body = eventOf(`csv/${n}.csv`);
      lines.tried(
        [...CONSUMERS.keys()].map((name) =>
          tried(name, body, { outcome: n === 9_999 ? 'failed' : 'succeeded' }),
        ),
      );
      // a thousand objects a second
      if (n % 250 === 249) vi.advanceTimersByTime(250);
    }
    vi.advanceTimersByTime(2_000);
    lines.stop();

    const counted = printed.filter((line) => line.includes('and more')).join('\n');
    const own = printed.filter((line) => line.includes('csv/'));
    expect(printed.length).toBeLessThan(300);
    const sum = [...counted.matchAll(/metadata-writer ([\d,]+)/g)].reduce(
      (total, [, count = '']) => total + Number(count.replaceAll(',', '')),
      0,
    );
    expect(sum + own.length).toBe(10_000);
    expect(printed.join('\n')).toMatch(/\(1 failed\)|tries again/);
  });
});
