import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Consumer, Pipeline } from './pipeline.ts';

/** What no queue and no rule tells by itself. */
export interface Observation {
  /** Age of the oldest message that waits; undefined when none does, or when it is not known. */
  readonly oldestAgeMs: number | undefined;
  /** Invocations that failed as a whole; undefined when it is not known. */
  readonly functionErrors: number | undefined;
}

const MINUTE_MS = 60_000;
// CloudWatch has a minute's datum a while after the minute
const AGE_WINDOW_MS = 5 * MINUTE_MS;
const LONGEST_PERIOD_S = 86_400;

/**
 * In AWS from CloudWatch's metrics, which are some minutes late and not complete by contract; locally from the runtime.
 *
 * @param since from when on errors are counted; the local runtime counts from its start
 */
export async function observe(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  since: Date,
): Promise<ReadonlyMap<Consumer, Observation>> {
  return pipeline.control === undefined
    ? await fromMetrics(pipeline, consumers, since)
    : fromRuntime((await pipeline.control.get('status')) as RuntimeStatus, consumers);
}

interface RuntimeStatus {
  readonly now: string;
  readonly queues: Readonly<Record<string, { readonly oldestSentAtMs?: number }>>;
  readonly functions: Readonly<Record<string, { readonly errors: number }>>;
}

function fromRuntime(
  { now, queues, functions }: RuntimeStatus,
  consumers: readonly Consumer[],
): ReadonlyMap<Consumer, Observation> {
  return new Map(
    consumers.map((consumer) => {
      const sentAtMs = queues[queueName(consumer)]?.oldestSentAtMs;
      return [
        consumer,
        {
          oldestAgeMs: sentAtMs === undefined ? undefined : Date.parse(now) - sentAtMs,
          functionErrors: functions[consumer.functionName]?.errors,
        },
      ];
    }),
  );
}

async function fromMetrics(
  { metrics }: Pipeline,
  consumers: readonly Consumer[],
  since: Date,
): Promise<ReadonlyMap<Consumer, Observation>> {
  const now = Date.now();
  const windowS = Math.max(60, Math.ceil((now - since.getTime()) / MINUTE_MS) * 60);
  const queries = consumers.flatMap((consumer, index) => [
    metricQuery(`age${index}`, {
      namespace: 'AWS/SQS',
      metric: 'ApproximateAgeOfOldestMessage',
      dimension: 'QueueName',
      value: queueName(consumer),
      stat: 'Maximum',
      periodS: 60,
    }),
    metricQuery(`errors${index}`, {
      namespace: 'AWS/Lambda',
      metric: 'Errors',
      dimension: 'FunctionName',
      value: consumer.functionName,
      stat: 'Sum',
      periodS: Math.min(LONGEST_PERIOD_S, windowS),
    }),
  ]);
  const { MetricDataResults = [] } = await metrics.send(
    new GetMetricDataCommand({
      StartTime: new Date(Math.min(since.getTime(), now - AGE_WINDOW_MS)),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: queries,
    }),
  );
  const values = new Map(MetricDataResults.map(({ Id, Values = [] }) => [Id, Values]));
  return new Map(
    consumers.map((consumer, index) => {
      const ageS = values.get(`age${index}`)?.[0];
      const errors = values.get(`errors${index}`) ?? [];
      return [
        consumer,
        {
          oldestAgeMs: ageS === undefined || ageS === 0 ? undefined : ageS * 1_000,
          functionErrors: errors.reduce((sum, one) => sum + one, 0),
        },
      ];
    }),
  );
}

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

const queueName = ({ queueUrl }: Consumer): string => queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
