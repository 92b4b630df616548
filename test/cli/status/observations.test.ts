import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FunctionHealth, RuntimeStatus } from '../../../shared/control-api.ts';
import type { QueueStats } from '../../../shared/measures.ts';
import { observe } from '../../../cli/status/observations.ts';
import { errorNamed, logs, metrics, NOW, resetMocks } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const SINCE = new Date(NOW.getTime() - 3_600_000);

/** What a runtime says of one function and its queue. */
const runtime = (health?: Partial<FunctionHealth>, queue?: Partial<QueueStats>): RuntimeStatus => ({
  now: '2026-11-20T12:00:00.000Z',
  drained: false,
  bus: { outbox: 0, deliveries: 0, replays: 0 },
  asyncInvocations: 0,
  functions:
    health === undefined
      ? {}
      : {
          'function-metadata-writer': {
            invocations: 0,
            errors: 0,
            inHand: 0,
            failed: 0,
            retrying: 0,
            ...health,
          },
        },
  queues:
    queue === undefined
      ? {}
      : { 'Sluice-prod-metadata-writer': { visible: 0, inFlight: 0, delayed: 0, ...queue } },
  disk: { freeBytes: 1e12 },
  tally: {},
});

async function observed(answer: RuntimeStatus | undefined) {
  const pipeline = mockedPipeline();
  const [writer] = pipeline.consumers;
  return (await observe(pipeline, pipeline.consumers, SINCE, answer)).get(writer!);
}

const logSays = (message: string) =>
  logs
    .on(FilterLogEventsCommand)
    .resolves({ events: [{ eventId: '1', timestamp: NOW.getTime() - 1_000, message }] });

const readsOfLogs = () => logs.commandCalls(FilterLogEventsCommand).length;

describe('a local runtime', () => {
  test('tells what waits, and for how long, by the names of the queue and the function', async () => {
    const oldestSentAtMs = Date.parse('2026-11-20T11:58:30.000Z');
    const answer = runtime({ errors: 2, failed: 7, startFailure: 'no such module' }, { oldestSentAtMs });

    expect(await observed(answer)).toEqual({
      oldestAgeMs: 90_000,
      functionErrors: 2,
      failed: 7,
      retrying: 0,
      isFailing: false,
      startFailure: 'no such module',
      trouble: undefined,
    });
    expect(metrics.commandCalls(GetMetricDataCommand)).toHaveLength(0);
  });

  test('that knows neither queue nor function has nothing against them', async () => {
    expect(await observed(runtime())).toMatchObject({
      oldestAgeMs: undefined,
      functionErrors: 0,
      failed: 0,
      retrying: 0,
      isFailing: false,
    });
    expect(readsOfLogs()).toBe(0);
  });

  test('that knows the error of an invocation is believed, and the log is not read', async () => {
    const lastFailure = { at: '2026-11-20T11:59:00.000Z', error: 'Runtime exited' };

    expect(await observed(runtime({ retrying: 1, lastFailure }))).toMatchObject({
      isFailing: true,
      lastError: lastFailure,
    });
    expect(readsOfLogs()).toBe(0);
  });

  test('that knows only when a record failed leaves it to the log to say why', async () => {
    logSays('{"level":"WARN","message":"failed","error":{"name":"SlowDown","message":"less"}}');

    const seen = await observed(runtime({ retrying: 1, lastFailure: { at: '2026-11-20T11:59:00.000Z' } }));

    expect(seen?.lastError).toEqual({ at: '2026-11-20T11:59:59.000Z', error: 'SlowDown: less' });
  });
});

describe('CloudWatch', () => {
  const failing = { Id: 'failed0', Values: [1], Timestamps: [NOW] };

  test('is asked where there is no runtime, and the log only of the consumer that fails', async () => {
    metrics.on(GetMetricDataCommand).resolves({ MetricDataResults: [failing] });
    logSays('{"level":"ERROR","message":"no table"}');

    expect(await observed(undefined)).toMatchObject({ failed: 1, lastError: { error: 'no table' } });
    expect(logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input.logGroupName).toBe(
      'log-metadata-writer',
    );
    expect(readsOfLogs()).toBe(1);
  });

  test('tells that a consumer fails though its log cannot be read', async () => {
    metrics.on(GetMetricDataCommand).resolves({ MetricDataResults: [failing] });
    logs.on(FilterLogEventsCommand).rejects(errorNamed('AccessDeniedException', 'no'));

    expect(await observed(undefined)).toMatchObject({ isFailing: true, lastError: undefined });
  });

  test('that cannot be asked is not passed over', async () => {
    metrics.on(GetMetricDataCommand).rejects(errorNamed('AccessDeniedException', 'no metrics'));

    await expect(observed(undefined)).rejects.toThrow('no metrics');
  });
});
