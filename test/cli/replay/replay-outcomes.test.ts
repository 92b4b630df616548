import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { replayOutcomes } from '../../../cli/replay/replay-outcomes.ts';
import { logs, NOW, pipelineInAws, resetMocks } from '../../support/mocked-aws.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

async function outcomesOf(lines: readonly object[]) {
  logs.on(FilterLogEventsCommand).resolves({
    events: lines.map((line, n) => ({ eventId: `${n}`, timestamp: n, message: JSON.stringify(line) })),
  });
  const pipeline = pipelineInAws();
  const [outcomes] = await replayOutcomes(
    pipeline,
    pipeline.consumersNamed(['metadata-writer']),
    'again',
    NOW,
  );
  return outcomes;
}
const about = (key: string, outcome: string, more: object = {}) => ({
  message: outcome,
  outcome,
  key,
  sequencer: '1',
  event_name: 'ObjectCreated:Put',
  replay_name: 'again',
  ...more,
});
const error = (message: string) => ({ error: { name: 'SlowDown', message } });

describe('the outcomes of a replay', () => {
  test('are counted by what the log says of each event', async () => {
    expect(
      await outcomesOf([
        about('a', 'recorded'),
        about('b', 'superseded'),
        about('c', 'skipped'),
        about('d', 'failed', error('first')),
        about('d', 'failed', error('second')),
        about('d', 'recorded'),
        { message: 'counted', rows: 3, key: 'a', replay_name: 'again' },
      ]),
    ).toEqual({
      consumer: 'metadata-writer',
      recomputed: 2,
      alreadyThere: 1,
      skipped: 1,
      duplicates: 0,
      failed: 2,
      lastError: 'SlowDown: second',
    });
  });

  test('leave out other replays, which a pattern that was cut short lets through', async () => {
    expect(await outcomesOf([about('a', 'recorded', { replay_name: 'again-2' })])).toMatchObject({
      recomputed: 0,
    });
  });

  test('of a consumer of whole batches are summed up, and duplicates are not known', async () => {
    const batch = { message: 'batch', replay_name: 'again', events: 10, superseded: 0 };

    expect(
      await outcomesOf([
        { ...batch, recorded: 7, skipped: 1, failed: 2 },
        { ...batch, recorded: 10, skipped: 0, failed: 0 },
        about('a', 'failed', error('of the two')),
      ]),
    ).toMatchObject({
      recomputed: 17,
      skipped: 1,
      failed: 2,
      duplicates: null,
      lastError: 'SlowDown: of the two',
    });
  });

  test('of the logs of version 0.1 are read by their text', async () => {
    const { outcome: _, ...line } = about('a', 'recorded');

    expect(await outcomesOf([line, { ...line, message: 'failed, to be tried again' }])).toMatchObject({
      recomputed: 1,
      failed: 1,
    });
  });

  test('count each repetition of an event as a duplicate, in whatever order they come', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(keys, async (all) => {
        const outcomes = await outcomesOf(all.map((key) => about(key, 'recorded')));

        expect(outcomes).toMatchObject({
          recomputed: all.length,
          duplicates: all.length - new Set(all).size,
        });
      }),
      { numRuns: 30 },
    );
  });
});
