import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { Observation } from './observation.ts';
import { hasFunction, hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueName } from '../pipeline/queue-name.ts';

const MINUTE_MS = 60_000;
// CloudWatch has a minute's datum a while after the minute
const AGE_WINDOW_MS = 5 * MINUTE_MS;
// the longest backoff is 15 minutes: what failed before that and not since has succeeded, or is a letter
const FAILING_WINDOW_MS = 20 * MINUTE_MS;
const PERIOD_S = 300;

/** What CloudWatch knows of the consumers: the queues' ages, Lambda's `Errors`, and `Failed`, which the functions count. */
export async function metricsOf(
  { metrics, scopeName }: Pipeline,
  consumers: readonly Consumer[],
  since: Date,
): Promise<Map<Consumer, Observation>> {
  const now = Date.now();
  const MetricDataQueries = consumers.flatMap((consumer, index) => queriesOf(consumer, index, scopeName));
  // CloudWatch refuses a request without a question
  const { MetricDataResults = [] } =
    MetricDataQueries.length === 0
      ? {}
      : await metrics.send(
          new GetMetricDataCommand({
            StartTime: new Date(Math.min(since.getTime(), now - FAILING_WINDOW_MS)),
            EndTime: new Date(now),
            ScanBy: 'TimestampDescending',
            MetricDataQueries,
          }),
        );
  const results = new Map(MetricDataResults.map((result) => [result.Id, result]));
  return new Map(
    consumers.map((consumer, index) => {
      const of = (id: string) => results.get(`${id}${index}`) ?? {};
      const ageS = recent(of('age'), now - AGE_WINDOW_MS)[0];
      const failing = [of('errors'), of('failed')].flatMap((one) => recent(one, now - FAILING_WINDOW_MS));
      return [
        consumer,
        {
          oldestAgeMs: ageS === undefined || ageS === 0 ? undefined : ageS * 1_000,
          functionErrors: sum(of('errors').Values ?? []),
          failed: sum(of('failed').Values ?? []),
          retrying: undefined,
          isFailing: sum(failing) > 0,
        },
      ];
    }),
  );
}

function queriesOf(consumer: Consumer, index: number, scopeName: string): MetricDataQuery[] {
  if (!hasQueue(consumer)) return [];
  const age = metricQuery(`age${index}`, {
    namespace: 'AWS/SQS',
    metric: 'ApproximateAgeOfOldestMessage',
    dimension: 'QueueName',
    value: queueName(consumer.queueUrl),
    stat: 'Maximum',
    periodS: 60,
  });
  if (!hasFunction(consumer)) return [age];
  return [
    age,
    metricQuery(`errors${index}`, {
      namespace: 'AWS/Lambda',
      metric: 'Errors',
      dimension: 'FunctionName',
      value: consumer.functionName,
      stat: 'Sum',
      periodS: PERIOD_S,
    }),
    metricQuery(`failed${index}`, {
      // the functions' own, see infra/constructs/consumer.ts
      namespace: scopeName,
      metric: 'Failed',
      dimension: 'service',
      value: consumer.name,
      stat: 'Sum',
      periodS: PERIOD_S,
    }),
  ];
}

/** Newest first. */
function recent({ Values = [], Timestamps = [] }: MetricDataResult, fromMs: number): number[] {
  return Values.filter((_, index) => (Timestamps[index]?.getTime() ?? Infinity) >= fromMs);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function metricQuery(Id: string, query: MetricQuery): MetricDataQuery {
  const { namespace, metric, dimension, value, stat, periodS } = query;
  return {
    Id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: [{ Name: dimension, Value: value }],
      },
      Stat: stat,
      Period: periodS,
    },
  };
}

interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: string;
  readonly value: string;
  readonly stat: 'Sum' | 'Maximum';
  readonly periodS: number;
}
