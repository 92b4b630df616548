import { GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, test } from 'vitest';
import { metricsOf } from '../../../cli/status/consumer-metrics.ts';
import { metrics, NOW, resetMocks } from '../../support/mocked-aws.ts';
import { mockedPipeline } from '../../support/mocked-pipeline.ts';

beforeEach(resetMocks);

const MINUTE_MS = 60_000;
const HOUR_AGO = new Date(NOW.getTime() - 60 * MINUTE_MS);

/** Values of a metric, each so many milliseconds before now. */
const result = (Id: string, ...values: readonly [value: number, agoMs: number][]): MetricDataResult => ({
  Id,
  Values: values.map(([value]) => value),
  Timestamps: values.map(([, agoMs]) => new Date(NOW.getTime() - agoMs)),
});

/** What is seen of the first two consumers. */
async function seen(...MetricDataResults: readonly MetricDataResult[]) {
  metrics.on(GetMetricDataCommand).resolves({ MetricDataResults: [...MetricDataResults] });
  const pipeline = mockedPipeline();
  const observed = await metricsOf(pipeline, pipeline.consumers.slice(0, 2), HOUR_AGO);
  return [...observed.values()];
}

const asked = () => metrics.commandCalls(GetMetricDataCommand)[0]!.args[0].input;

describe('the metrics of consumers', () => {
  test('are none failed and nobody waiting where CloudWatch has no datum', async () => {
    const nothing = {
      oldestAgeMs: undefined,
      functionErrors: 0,
      failed: 0,
      retrying: undefined,
      isFailing: false,
    };

    expect(await seen()).toEqual([nothing, nothing]);
  });

  test('are told apart by consumer, and summed since the moment asked', async () => {
    const [writer, counter] = await seen(
      result('age0', [90, MINUTE_MS], [30, 2 * MINUTE_MS]),
      result('errors0', [1, 5 * MINUTE_MS], [2, 55 * MINUTE_MS]),
      result('failed1', [10, 50 * MINUTE_MS], [5, 55 * MINUTE_MS]),
    );

    // the newest age, in seconds; 1 + 2 errors; the counter's failures are all older than 20 minutes
    expect(writer).toMatchObject({ oldestAgeMs: 90_000, functionErrors: 3, failed: 0, isFailing: true });
    expect(counter).toMatchObject({
      oldestAgeMs: undefined,
      functionErrors: 0,
      failed: 15,
      isFailing: false,
    });
  });

  test.each([
    [20 * MINUTE_MS, true],
    [20 * MINUTE_MS + 1, false],
  ])('of a failure %d ms ago say that it goes on: %s', async (agoMs, isFailing) => {
    const [writer] = await seen(result('failed0', [1, agoMs]));

    expect(writer).toMatchObject({ failed: 1, isFailing });
  });

  test.each([
    [5 * MINUTE_MS, 7, 7_000],
    [5 * MINUTE_MS + 1, 7, undefined],
    // the queue is empty
    [MINUTE_MS, 0, undefined],
  ])('of an age from %d ms ago, %d s, say %s', async (agoMs, ageS, oldestAgeMs) => {
    const [writer] = await seen(result('age0', [ageS, agoMs]));

    expect(writer?.oldestAgeMs).toBe(oldestAgeMs);
  });

  test('are asked for in one request, three of each consumer, by the names of its parts', async () => {
    await seen();

    const of = asked().MetricDataQueries?.map(({ Id, MetricStat }) => {
      const { Namespace, MetricName, Dimensions = [] } = MetricStat?.Metric ?? {};
      return `${Id} ${Namespace} ${MetricName} ${Dimensions[0]?.Name}=${Dimensions[0]?.Value} ${MetricStat?.Stat} ${MetricStat?.Period}`;
    });
    expect(of).toEqual([
      'age0 AWS/SQS ApproximateAgeOfOldestMessage QueueName=Sluice-prod-metadata-writer Maximum 60',
      'errors0 AWS/Lambda Errors FunctionName=function-metadata-writer Sum 300',
      'failed0 Sluice-prod Failed service=metadata-writer Sum 300',
      'age1 AWS/SQS ApproximateAgeOfOldestMessage QueueName=Sluice-prod-csv-row-counter Maximum 60',
      'errors1 AWS/Lambda Errors FunctionName=function-csv-row-counter Sum 300',
      'failed1 Sluice-prod Failed service=csv-row-counter Sum 300',
    ]);
    expect(metrics.commandCalls(GetMetricDataCommand)).toHaveLength(1);
  });

  test.each([
    [60, 60],
    // shorter than what tells whether it still fails
    [1, 20],
  ])('are asked for from %d minutes ago on: %d', async (sinceMinutes, fromMinutes) => {
    metrics.on(GetMetricDataCommand).resolves({});
    const pipeline = mockedPipeline();

    await metricsOf(pipeline, pipeline.consumers, new Date(NOW.getTime() - sinceMinutes * MINUTE_MS));

    expect(asked()).toMatchObject({
      StartTime: new Date(NOW.getTime() - fromMinutes * MINUTE_MS),
      EndTime: NOW,
      ScanBy: 'TimestampDescending',
    });
  });
});
