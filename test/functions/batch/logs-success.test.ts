import * as fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loggedShare, logsSuccess } from '../../../functions/batch/logs-success.ts';
import { parseObjectEvents } from '../../../shared/object-event/object-event-parser.ts';
import { backfill, busEvent, type EventFacts } from '../../support/object-events.ts';

const event = (facts: EventFacts = {}) => parseObjectEvents(busEvent(facts))[0]!;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the success of a live event', () => {
  test.each([0.01, 0.1, 0.5, 0.9])('is logged for a share of %d of them', (share) => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `photos/2026/${at}.jpg`);

    const logged = keys.filter((key) => logsSuccess(event({ key }), 1, share)).length;

    expect(logged / keys.length).toBeGreaterThan(share * 0.8);
    expect(logged / keys.length).toBeLessThan(share * 1.2);
  });

  test('is logged always with a share of 1, never with 0, and by one with less only if with more', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), (key, share) => {
        const one = event({ key: `k${key}` });

        expect(logsSuccess(one, 1, 1)).toBe(true);
        expect(logsSuccess(one, 1, 0)).toBe(false);
        expect(Number(logsSuccess(one, 1, share))).toBeGreaterThanOrEqual(
          Number(logsSuccess(one, 1, share / 2)),
        );
      }),
    );
  });

  test('is logged whatever the share where it was tried before', () => {
    expect(logsSuccess(event(), 2, 0)).toBe(true);
  });
});

test('the success of a replayed event, and of one that a backfill brings, is logged whatever the share', () => {
  expect(logsSuccess(event({ replayName: 'again' }), 1, 0)).toBe(true);
  expect(logsSuccess(parseObjectEvents(backfill())[0]!, 1, 0)).toBe(true);
});

describe('the share', () => {
  test.each([
    [undefined, 1],
    ['0', 0],
    ['0.25', 0.25],
  ])('of the variable %j is %d', (text, share) => {
    vi.stubEnv('LOGGED_SUCCESSES', text);

    expect(loggedShare()).toBe(share);
  });

  test.each(['', 'all', '-1', '2'])('is refused where the variable is %j', (text) => {
    vi.stubEnv('LOGGED_SUCCESSES', text);

    expect(() => loggedShare()).toThrow(
      `environment variable LOGGED_SUCCESSES is ${JSON.stringify(text)}: it must be a share from 0 to 1`,
    );
  });
});
