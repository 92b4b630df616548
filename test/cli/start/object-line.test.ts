import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  burstLine,
  factsIn,
  isBad,
  objectLine,
  type Facts,
  type Tried,
} from '../../../cli/start/object-line.ts';
import { parseObjectEvents } from '../../../shared/object-event/object-event-parser.ts';
import { busEvent, type EventFacts } from '../../support/object-events.ts';

const AT = Date.parse('2026-11-20T12:14:46.000Z');

const tried = (consumer: string, facts: Facts = {}, message: Partial<Tried['message']> = {}): Tried => ({
  consumer,
  facts,
  message: {
    functionName: consumer,
    queueArn: 'arn:aws:sqs:eu-west-1:000000000000:queue',
    messageId: 'm1',
    body: '',
    receiveCount: 1,
    sentAtMs: AT - 412,
    startedAtMs: AT - 12,
    durationMs: 12,
    outcome: 'succeeded',
    ...message,
  },
});

const objectEvent = (facts: EventFacts) => parseObjectEvents(busEvent(facts))[0]!;

const EVENT = objectEvent({ key: 'csv/orders.csv', size: 9_100_000 });

/** Without colours, and without the date that the line has on any other day than its own. */
const line = (outcomes: readonly Tried[], missing: readonly string[] = [], event = EVENT) =>
  stripVTControlCharacters(objectLine(event, outcomes, missing)).replace(/^2026-11-20 /, '');

describe('a line of a function’s log', () => {
  test.each<[what: string, fields: object, facts: object]>([
    ['says what became of the event', { outcome: 'recorded', rows: 3 }, { outcome: 'recorded', rows: 3 }],
    [
      'says by its text what became of it, in a log of version 0.1',
      { message: 'skipped' },
      { outcome: 'skipped' },
    ],
    [
      'says what is odd about a count',
      { rows: 3, warnings: ['ragged-rows'] },
      { rows: 3, warnings: ['ragged-rows'] },
    ],
    ['says nothing of a count that is not odd', { rows: 3, warnings: [] }, { rows: 3 }],
    [
      'says why there is no count',
      { status: 'malformed-csv', reason: 'row 3' },
      { status: 'malformed-csv', reason: 'row 3' },
    ],
    [
      'says the error with its name',
      { error: { name: 'SlowDown', message: 'less' } },
      { error: 'SlowDown: less' },
    ],
    ['says an error that has no name', { error: { message: 'less' } }, { error: 'less' }],
    ['says an error that is no error as it stands', { error: 'less' }, { error: '"less"' }],
    ['says nothing of an error that is none', { error: null }, {}],
    [
      'says nothing by fields of another kind',
      { rows: '3', warnings: 'odd', status: 7, reason: {}, outcome: 'lost' },
      {},
    ],
  ])('%s', (_, fields, facts) => {
    expect(factsIn(JSON.stringify({ message_id: 'm1', ...fields }))).toEqual(['m1', facts]);
  });

  test.each([
    'START RequestId: 4f2',
    '{"message":"cold start"}',
    '{"message_id":7,"outcome":"recorded"}',
    '{"message_id":"m1","outcome":',
    '',
  ])('that is about no message says nothing: %s', (text) => {
    expect(factsIn(text)).toBeUndefined();
  });
});

describe('the line of an object', () => {
  test('has its size, each consumer, and the time from the first sent to the last ended', () => {
    const outcomes = [
      tried('metadata-writer'),
      tried('csv-row-counter', { rows: 120_001 }, { startedAtMs: AT + 88 }),
      tried('ledger-exporter', { outcome: 'superseded' }),
    ];

    expect(line(outcomes)).toBe(
      '12:14:46  csv/orders.csv  9.1 MB   ✔ metadata  ✔ 120,001 rows  ✔ ledger superseded   512 ms',
    );
  });

  test.each<[facts: Facts, text: string]>([
    [{ rows: 1 }, '✔ 1 row'],
    [{ rows: 0 }, '✔ 0 rows'],
    [{ rows: 2, warnings: ['ragged-rows', 'single-column'] }, '✔ 2 rows (ragged-rows, single-column)'],
    [{ outcome: 'recorded' }, '✔ counter'],
    [{ outcome: 'skipped', rows: 3 }, '✔ counter skipped'],
  ])('says of %j: %s', (facts, text) => {
    expect(line([tried('counter', facts)])).toContain(`  ${text}  `);
  });

  test.each<[facts: Facts, message: Partial<Tried['message']>, text: string]>([
    [
      { status: 'malformed-csv', reason: 'the quote in row 3 never closes' },
      {},
      '✖ malformed-csv: the quote in row 3 never closes',
    ],
    [
      { outcome: 'dead-lettered', reason: 'retries-exhausted', error: 'SlowDown: less' },
      {},
      '✖ counter dead-lettered: retries-exhausted: SlowDown: less',
    ],
    [
      { error: 'SlowDown: less' },
      { outcome: 'failed', receiveCount: 2 },
      '↻ counter tries again (2): SlowDown: less',
    ],
    // what the runtime saw of a function that died is more than its log
    [
      { error: 'less' },
      { outcome: 'function-error', error: 'Timedout' },
      '↻ counter tries again (1): Timedout',
    ],
    [{}, { outcome: 'failed' }, '↻ counter tries again (1)'],
  ])('has what went wrong at its end: %j', (facts, message, text) => {
    const outcomes = [tried('counter', facts, message), tried('ledger')];

    expect(line(outcomes)).toBe(`12:14:46  csv/orders.csv  9.1 MB   ✔ ledger   412 ms   ${text}`);
    expect(outcomes.map(isBad)).toEqual([true, false]);
  });

  test('names who has not answered yet', () => {
    expect(line([tried('ledger')], ['csv-row-counter'])).toContain('  ✔ ledger  … csv-row-counter  ');
  });

  test.each([
    [objectEvent({ key: 'a', deletionType: 'Delete Marker Created' }), 'a  deleted '],
    [objectEvent({ key: 'a', size: 5, replayName: 'again' }), 'a  5 B  replay again '],
    [objectEvent({ key: 'a\u001b[31m', size: 5 }), String.raw`a\u001b[31m  5 B `],
    [undefined, 'a message that is no event of an object '],
  ])('tells what happened to the object: %#', (event, subject) => {
    expect(stripVTControlCharacters(objectLine(event, [tried('one')], []))).toContain(`  ${subject}`);
  });

  test('takes no time where the clocks differ, and no less', () => {
    expect(line([tried('one', {}, { sentAtMs: AT + 5_000 })])).toContain('  0 ms');
  });
});

describe('the line of a burst', () => {
  test('has every consumer by name, and how many failed where some did', () => {
    const counted = new Map([
      ['one-consumer', { tried: 1_234, failed: 0 }],
      ['another', { tried: 1_198, failed: 3 }],
    ]);

    expect(stripVTControlCharacters(burstLine(new Date(AT), counted))).toBe(
      '12:14:46  and more: another 1,198 (3 failed), one-consumer 1,234',
    );
  });
});
