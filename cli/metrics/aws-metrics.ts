import { hasFunction, hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { TOLD_OTHERWISE, type ConsumerSeries, type Measured, type Series } from './measured.ts';
import { metricData, type MetricData, type MetricQuery, type MetricSearch } from './metric-data.ts';
import type { MetricsWindow } from './metrics-window.ts';

/** Each series that CloudWatch has, as a query: without its id, which the place in the list gives. */
type SeriesQueries = Readonly<Record<string, Omit<MetricQuery, 'id'>>>;

const NO_MEMORY = {
  what: 'memoryMb',
  why: 'Lambda tells the memory of an invocation in the function’s log alone: sluice logs',
};

/** How the consumers did by what CloudWatch has: of the services, and what the functions count by themselves. */
export async function awsMetrics(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  window: MetricsWindow,
): Promise<Measured> {
  const { periodSeconds, until } = window;
  const periodMs = periodSeconds * 1_000;
  const firstMs = Math.floor(window.since.getTime() / periodMs) * periodMs;
  const starts = Array.from(
    { length: Math.max(0, Math.ceil((until.getTime() - firstMs) / periodMs)) },
    (_, index) => firstMs + index * periodMs,
  );
  const queries = consumers.flatMap((consumer, index) =>
    Object.entries(seriesQueries(consumer, pipeline.scopeName)).map(([name, query]): MetricQuery => ({
      id: idOf(name, index),
      ...query,
    })),
  );
  const searches = consumers.flatMap((consumer, index): MetricSearch[] =>
    hasFunction(consumer)
      ? [{ id: idOf('counted', index), namespace: pipeline.scopeName, dimension: ['service', consumer.name] }]
      : [],
  );
  const data = await metricData(pipeline, queries, searches, {
    since: new Date(firstMs),
    until,
    periodSeconds,
  });
  return {
    since: window.since.toISOString(),
    until: until.toISOString(),
    periodSeconds,
    countedBy: 'cloudwatch',
    costUsd: data.costUsd,
    times: starts.map((start) => new Date(start).toISOString()),
    consumers: consumers.map(({ name }, index) => ({
      consumer: name,
      series: seriesIn(data, index, starts),
    })),
    unavailable: [
      ...data.unavailable,
      ...(consumers.some(hasFunction) ? [NO_MEMORY] : []),
      ...agesInLogs(consumers, data),
    ],
  };
}

const AGES = ['ageP50Ms', 'ageP95Ms', 'ageP99Ms'];

/** What is missing of consumers that have worked, and whose functions tell CloudWatch no ages: the stage is not observed in full. */
function agesInLogs(consumers: readonly Consumer[], { values }: MetricData): Measured['unavailable'] {
  const has = (name: string, index: number) => (values.get(idOf(name, index))?.size ?? 0) > 0;
  const without = consumers.filter(
    (consumer, index) =>
      hasFunction(consumer) && has('events', index) && !AGES.some((name) => has(name, index)),
  );
  if (without.length === 0) return [];
  const names = without.map(({ name }) => name).join(', ');
  const why = `the log alone has it of ${names}, where the stage is not observed in full: in CloudWatch Logs Insights, the saved query “what was counted”`;
  return [{ what: AGES.join(', '), why }];
}

const idOf = (name: string, index: number): string => `${name}${index}`;

function seriesQueries(consumer: Consumer, scopeName: string): SeriesQueries {
  if (!hasQueue(consumer)) return { events: deliveredBy(consumer.ruleName) };
  const sqs = (metric: string, stat: string) =>
    ({
      namespace: 'AWS/SQS',
      metric,
      dimension: ['QueueName', queueName(consumer.queueUrl)],
      stat,
    }) as const;
  const ofQueue: SeriesQueries = {
    events: sqs('NumberOfMessagesDeleted', 'Sum'),
    waiting: sqs('ApproximateNumberOfMessagesVisible', 'Maximum'),
    oldestAgeSeconds: sqs('ApproximateAgeOfOldestMessage', 'Maximum'),
  };
  if (!hasFunction(consumer)) return ofQueue;
  const lambda = (metric: string, stat: string) =>
    ({
      namespace: 'AWS/Lambda',
      metric,
      dimension: ['FunctionName', consumer.functionName],
      stat,
    }) as const;
  // the functions' own, see functions/batch/telemetry.ts
  const own = (metric: string, stat: string) =>
    ({ namespace: scopeName, metric, dimension: ['service', consumer.name], stat }) as const;
  return {
    ...ofQueue,
    failed: own('Failed', 'Sum'),
    functionErrors: lambda('Errors', 'Sum'),
    ageP50Ms: own('EventAge', 'p50'),
    ageP95Ms: own('EventAge', 'p95'),
    ageP99Ms: own('EventAge', 'p99'),
    durationP50Ms: lambda('Duration', 'p50'),
    durationP95Ms: lambda('Duration', 'p95'),
    durationP99Ms: lambda('Duration', 'p99'),
  };
}

/** Where nothing waits, what was handed over is all there is to count. */
const deliveredBy = (ruleName: string) =>
  ({
    namespace: 'AWS/Events',
    metric: 'Invocations',
    dimension: ['RuleName', ruleName],
    stat: 'Sum',
  }) as const;

function seriesIn({ values, found }: MetricData, index: number, starts: readonly number[]): ConsumerSeries {
  const series = (of: ReadonlyMap<number, number> | undefined): Series =>
    starts.map((start) => of?.get(start) ?? null);
  const named = (name: string): Series => series(values.get(idOf(name, index)));
  const counted = [...(found.get(idOf('counted', index)) ?? [])].filter(
    ([name]) => !TOLD_OTHERWISE.has(name),
  );
  return {
    ...Object.fromEntries(counted.map(([name, of]) => [name, series(of)])),
    events: named('events'),
    failed: named('failed'),
    functionErrors: named('functionErrors'),
    ageP50Ms: named('ageP50Ms'),
    ageP95Ms: named('ageP95Ms'),
    ageP99Ms: named('ageP99Ms'),
    waiting: named('waiting'),
    oldestAgeSeconds: named('oldestAgeSeconds'),
    durationP50Ms: named('durationP50Ms'),
    durationP95Ms: named('durationP95Ms'),
    durationP99Ms: named('durationP99Ms'),
    memoryMb: starts.map(() => null),
  };
}
