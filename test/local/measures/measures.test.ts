import { afterEach, describe, expect, test, vi } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { measuredPeriods } from '../../../local/measures/measured-periods.ts';
import { Measures } from '../../../local/measures/measures.ts';
import { PipelineMeasures } from '../../../local/measures/pipeline-measures.ts';
import { Store } from '../../../local/store.ts';
import { sampleEvent } from '../../../shared/object-event/sample-event.ts';
import { FakeMachine } from '../fake-machine.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:one';

const opened: { close(): void }[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const one of opened.splice(0)) one.close();
});

function measuresIn(folder = temporaryFolder('measures'), machine = new FakeMachine()) {
  const store = new Store(folder);
  opened.push(store);
  const clock = new RuntimeClock({ source: machine.source });
  const measures = new Measures(store, clock);
  return { folder, machine, store, clock, measures, pipeline: new PipelineMeasures(measures) };
}

/** What was measured in the last hour, by the minute. */
function lastHour({ measures, clock }: Pick<ReturnType<typeof measuresIn>, 'measures' | 'clock'>) {
  const window = { sinceMs: clock.now() - 3_600_000, untilMs: clock.now() + 1, periodSeconds: 60 };
  return measuredPeriods(measures.between(window), window);
}

const tried = (body: string, sentAtMs: number, outcome: 'succeeded' | 'failed' = 'succeeded') => ({
  functionName: 'f',
  queueArn: QUEUE,
  messageId: 'm',
  body,
  receiveCount: 1,
  sentAtMs,
  startedAtMs: sentAtMs,
  durationMs: 5,
  outcome,
});

const event = (time: string) => JSON.stringify(sampleEvent('put', { time }));

const told = (series: readonly (number | null)[] | undefined) => series?.filter((one) => one !== null);

describe('measures', () => {
  test('count what has committed, and nothing that was rolled back', () => {
    const { store, measures } = measuresIn();
    store.transaction(() => measures.count('bus', 'published', 2));
    expect(() =>
      store.transaction(() => {
        measures.count('bus', 'published', 40);
        throw new Error('the disk is full');
      }),
    ).toThrow('the disk is full');

    expect(measures.counted('bus', 'published').total).toBe(2);
  });

  test('go on where they were at the last stop, periods too', () => {
    const before = measuresIn();
    before.pipeline.published();
    before.pipeline.deleted('one');
    before.measures.stop();
    opened.pop()!.close();
    before.machine.pass(20_000);
    const after = measuresIn(before.folder, before.machine);
    after.pipeline.deleted('one');

    expect(after.measures.counted('bus', 'published').total).toBe(1);
    expect(after.measures.counted('queue one', 'deleted').total).toBe(2);
    expect(after.measures.sinceMs).toBe(before.measures.sinceMs);
    expect(told(lastHour(after).queues['one']?.done)).toEqual([2]);
  });

  test('lose nothing while the store cannot be written', () => {
    const lines: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    const under = measuresIn();
    under.pipeline.deleted('one');
    const full = vi.spyOn(under.store, 'repeatableTransaction').mockImplementation(() => {
      throw new Error('database or disk is full');
    });
    const meanwhile = lastHour(under);
    full.mockRestore();
    under.pipeline.deleted('one');

    expect(meanwhile.queues).toEqual({});
    expect(lines).toEqual([expect.stringContaining('database or disk is full')]);
    expect(told(lastHour(under).queues['one']?.done)).toEqual([2]);
  });

  test('of a window that is too long, or none, are refused', () => {
    const { measures } = measuresIn();

    expect(() => measures.between({ sinceMs: 0, untilMs: 1e13, periodSeconds: 10 })).toThrow(
      'at most 2000 periods of 10 s',
    );
    expect(() => measures.between({ sinceMs: 5, untilMs: 5, periodSeconds: 10 })).toThrow(
      'more than nothing',
    );
  });
});

describe('what is measured of a pipeline', () => {
  test('is the age of live events: from their second, or from when they were sent, whichever says more', () => {
    const under = measuresIn();
    const second = under.clock.now();
    under.machine.pass(600);
    const sent = under.clock.now();
    under.machine.pass(100);
    under.pipeline.tried(
      [tried(event(new Date(second).toISOString().replace('.000', '')), sent)],
      under.clock.now(),
    );
    const inItsSecond = told(lastHour(under).queues['one']?.ageMs.p50)!;
    under.machine.pass(3_600_000);
    under.pipeline.tried(
      [tried(event(new Date(second).toISOString().replace('.000', '')), sent + 3_600_000)],
      under.clock.now(),
    );
    const anHourLate = told(lastHour(under).queues['one']?.ageMs.p50)!;

    expect(Math.abs(inItsSecond[0]! - 100)).toBeLessThanOrEqual(1);
    expect(Math.abs(anHourLate.at(-1)! - 3_600_000)).toBeLessThanOrEqual(36_000);
  });

  test('has no age of a replayed event, of one that failed, nor of what is no event', () => {
    const under = measuresIn();
    const now = under.clock.now();
    const replayed = JSON.stringify(sampleEvent('replay'));
    under.pipeline.tried(
      [tried(replayed, now), tried(event('2026-11-20T12:00:00Z'), now, 'failed'), tried('no event', now)],
      now,
    );

    const { queues } = lastHour(under);
    expect(told(queues['one']?.ageMs.p99)).toEqual([]);
    expect(told(queues['one']?.failed)).toEqual([1]);
  });

  test('is what a function took, and what it counts by itself under at most 200 names', () => {
    const lines: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    const under = measuresIn();
    under.pipeline.invoked({ functionName: 'f', durationMs: 100, peakBytes: 90 * 1_048_576, isError: false });
    under.pipeline.invoked({ functionName: 'f', durationMs: 300, peakBytes: 80 * 1_048_576, isError: true });
    for (let n = 0; n < 500; n++) {
      const name = `Name${n % 250}`;
      under.pipeline.logged(
        'f',
        JSON.stringify({ _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: name }] }] }, [name]: 2 }),
      );
    }

    const of = lastHour(under).functions['f']!;
    expect([told(of.errors), told(of.memoryMb)]).toEqual([[1], [90]]);
    expect(Math.abs(told(of.durationMs.p99)![0]! - 300)).toBeLessThanOrEqual(3);
    expect(Object.keys(of.counted)).toHaveLength(200);
    expect(told(of.counted['Name7'])).toEqual([4]);
    expect(lines).toEqual([expect.stringContaining('counts by too many names')]);
  });
});
