import { describe, expect, test } from 'vitest';
import type { ConsumerStatus } from '../../../cli/status/consumer-status.ts';
import type { Observation } from '../../../cli/status/observation.ts';
import { workChecks } from '../../../cli/status/work-checks.ts';

/** A consumer that has nothing to do, and has done well. */
const IDLE: ConsumerStatus = {
  name: 'one',
  target: 'function',
  rule: 'enabled',
  mapping: 'enabled',
  waiting: 0,
  inFlight: 0,
  retrying: 0,
  oldestAgeSeconds: null,
  deadLetters: 0,
  ruleDeadLetters: 0,
  failed: 0,
  functionErrors: 0,
  lastError: null,
  keeps: { kind: 'nothing' },
};

const SEEN: Observation = {
  oldestAgeMs: undefined,
  functionErrors: 0,
  failed: 0,
  retrying: 0,
  isFailing: false,
};

const LIMITS = { mostAgeMs: 900_000, retentionMs: 345_600_000 };

const checks = (status: Partial<ConsumerStatus>, seen: Partial<Observation> = {}) =>
  workChecks({ ...IDLE, ...status }, { ...SEEN, ...seen }, LIMITS).map(
    ({ name, state, detail, nextStep }) =>
      `${name}: ${state}: ${detail}${nextStep === undefined ? '' : ` (${nextStep})`}`,
  );

const START = 'one start: ok: nothing is known against it';
const RECORDS = 'one records: ok: none failed';

describe('the work of a consumer', () => {
  test('is well where nothing fails and nothing is left', () => {
    expect(checks({})).toEqual([START, RECORDS]);
  });

  test('is not spoken of where nobody could be asked, but its letters are', () => {
    expect(workChecks({ ...IDLE, deadLetters: 1 }, undefined, LIMITS).map(({ name }) => name)).toEqual([
      'one letters',
    ]);
  });

  test('has failed before, and is well since no message is left of it', () => {
    expect(checks({}, { failed: 3, isFailing: true })).toEqual([
      START,
      'one records: ok: 3 failures, and no message is left of them',
    ]);
  });

  test.each<[what: string, status: Partial<ConsumerStatus>]>([
    ['waits', { waiting: 1 }],
    ['is in a function’s hand', { inFlight: 1 }],
    ['comes again', { retrying: 1 }],
    ['may wait, since nobody knows', { waiting: null }],
  ])('fails while a message %s', (_, status) => {
    const [, records] = checks(status, { isFailing: true, retrying: 1, failed: 1 });

    expect(records).toBe(
      'one records: failed: 1 message failed and will come again (sluice logs --consumer one)',
    );
  });

  test('fails in AWS with how many will come again at most, and the last error', () => {
    const [, records] = checks(
      { inFlight: 9, functionErrors: 1, lastError: { at: '2026-11-20T12:00:00Z', error: 'SlowDown: less' } },
      { isFailing: true, retrying: undefined, failed: 12 },
    );

    expect(records).toBe(
      'one records: failed: records fail (12 of them, 1 whole invocation), and 9 messages at most will come again; the last error: SlowDown: less (sluice logs --consumer one)',
    );
  });

  test('does not start: what its function says, before what its queue says', () => {
    const both = { startFailure: 'no such module', trouble: 'the queue is damaged' };

    expect(checks({}, both)[0]).toBe(
      'one start: failed: the function does not start: no such module (sluice logs --consumer one)',
    );
    expect(checks({}, { trouble: both.trouble })[0]).toBe(
      'one start: failed: its queue cannot be worked off: the queue is damaged',
    );
  });
});

describe('the letters of a consumer', () => {
  test('are a warning each, by where they lie', () => {
    expect(checks({ deadLetters: 1, ruleDeadLetters: 1_200 }).slice(2)).toEqual([
      'one letters: warning: 1 letter that its function could not process (sluice dead list)',
      'one undelivered: warning: 1,200 letters that could not be delivered to its queue (sluice dead list)',
    ]);
  });

  test.each([0, null])('are not spoken of when they are %s', (count) => {
    expect(checks({ deadLetters: count, ruleDeadLetters: count })).toEqual([START, RECORDS]);
  });
});

describe('a message that has waited', () => {
  test.each([
    [900, []],
    [901, ['one age: warning: a message has waited for 15 min (sluice logs --consumer one)']],
  ])('%d s of 900 s', (oldestAgeSeconds, expected) => {
    expect(checks({ oldestAgeSeconds }).slice(2)).toEqual(expected);
  });
});
