import { describe, expect, test } from 'vitest';
import {
  lengthText,
  offsetText,
  timelines,
  type ConsumerFate,
  type ObjectDocument,
} from '../../../../../cli/console/page/object/timeline.ts';

const STORED = '2026-11-20T12:00:00.000Z';
const after = (ms: number): string => new Date(Date.parse(STORED) + ms).toISOString();

const version = { versionId: 'v1', isLatest: true, isDeleteMarker: false, lastModified: STORED };

const documentOf = (fate: Partial<ConsumerFate>, events: readonly unknown[] = []): ObjectDocument => ({
  schemaVersion: 1,
  verb: 'status object',
  target: { kind: 'local', account: '1', region: 'r', stack: 's' },
  bucket: 'b',
  key: 'a',
  version,
  versions: [version],
  events,
  consumers: [{ consumer: 'counter', outcome: 'recorded', attempts: [], ...fate }],
});

const attempt = (ms: number, more: Partial<ConsumerFate['attempts'][number]> = {}) => ({
  at: after(ms),
  outcome: 'recorded' as const,
  durationMs: 40,
  receiveCount: 1,
  messageId: 'm1',
  eventName: 'ObjectCreated:Put',
  sequencer: 's1',
  ...more,
});

const stepsOf = (document: ObjectDocument) =>
  timelines(document).consumers[0]!.runs.map(({ name, steps }) => [
    name,
    ...steps.map(({ atMs, text }) => `${offsetText(atMs)} ${text}`),
  ]);

describe('what happened to an object at a consumer', () => {
  test('goes from its change over the queue and its attempts to the end, each after so long', () => {
    const document = documentOf({ attempts: [attempt(20, { sentAt: after(5) })] });

    expect(stepsOf(document)).toEqual([
      [
        'ObjectCreated:Put',
        '+0 ms object stored',
        '+5 ms delivered to its queue',
        '+20 ms received, attempt 1: recorded',
        '+60 ms recorded',
      ],
    ]);
    expect(timelines(document).spanMs).toBe(60);
  });

  test('shows every attempt with its error, and the letter that it became', () => {
    const document = documentOf({
      outcome: 'dead-lettered',
      attempts: [
        attempt(10, { outcome: 'failed', error: 'SlowDown: wait' }),
        attempt(15_000, { outcome: 'dead-lettered', receiveCount: 2 }),
      ],
      letter: { messageId: 'm1', reason: 'retries-exhausted', sentAt: after(15_100), errorName: 'SlowDown' },
    });
    const [run] = timelines(document).consumers[0]!.runs;

    expect(stepsOf(document)).toEqual([
      [
        'ObjectCreated:Put',
        '+0 ms object stored',
        '+10 ms received, attempt 1: failed',
        '+15 s received, attempt 2: dead lettered',
        '+15.1 s dead letter: retries-exhausted',
      ],
    ]);
    expect(run?.steps.map(({ tone, error }) => [tone, error])).toEqual([
      ['quiet', undefined],
      ['warn', 'SlowDown: wait'],
      ['bad', undefined],
      ['bad', 'SlowDown'],
    ]);
  });

  test('names replays and what was sent again, each counted from its own beginning', () => {
    const document = documentOf({
      attempts: [
        attempt(10),
        attempt(86_400_000, { messageId: 'm2', replayName: 'of-monday', sentAt: after(86_399_000) }),
        attempt(90_000_000, { messageId: 'm3', outcome: 'superseded' }),
      ],
    });

    expect(stepsOf(document)).toEqual([
      ['ObjectCreated:Put', '+0 ms object stored', '+10 ms received, attempt 1: recorded', '+50 ms recorded'],
      [
        'replay of-monday',
        '+0 ms delivered to its queue',
        '+1 s received, attempt 1: recorded',
        '+1.04 s recorded',
      ],
      ['sent again', '+0 ms received, attempt 1: superseded', '+40 ms superseded'],
    ]);
    expect(timelines(document).spanMs).toBe(1_040);
  });

  test('leaves out attempts on other versions, and says how many', () => {
    const event = { detail: { object: { key: 'a', 'version-id': 'v1', sequencer: 's1' } } };
    const document = documentOf(
      { attempts: [attempt(10), attempt(20, { sequencer: 's0', messageId: 'm0' })] },
      [event, null, { detail: { object: { 'version-id': 'v0', sequencer: 's0' } } }],
    );
    const [timeline] = timelines(document).consumers;

    expect(timeline?.runs).toHaveLength(1);
    expect(timeline?.otherAttempts).toBe(1);
  });

  test('begins with the change where nothing was tried, and has nothing where the rule does not want it', () => {
    expect(stepsOf(documentOf({ outcome: 'waiting' }))).toEqual([['object stored', '+0 ms object stored']]);
    expect(stepsOf(documentOf({ outcome: 'not-matched' }))).toEqual([]);
  });

  test('never begins before its change, where clocks differ', () => {
    const document = documentOf({ attempts: [attempt(-300)] });

    expect(stepsOf(document)[0]).toContain('+0 ms received, attempt 1: recorded');
  });
});

describe('a length of time', () => {
  test.each([
    [0, '0 ms'],
    [999.4, '999 ms'],
    [1_079, '1.08 s'],
    [12_340, '12.3 s'],
    [270_000, '4.5 min'],
    [11_520_000, '3.2 h'],
    [345_600_000, '4 d'],
  ])('of %d ms is %s', (ms, text) => {
    expect(lengthText(ms)).toBe(text);
  });
});
