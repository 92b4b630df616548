import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand, type GetQueueAttributesCommandOutput } from '@aws-sdk/client-sqs';
import { PRICES } from '../cost/price-table.ts';
import { metricData, metricsUsd, type MetricData, type MetricQuery } from '../metrics/metric-data.ts';
import { asked, type Asked } from '../pipeline/asked.ts';
import { hasFunction, hasQueue, letterQueueUrls, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { DEPTH_ATTRIBUTES } from '../pipeline/queue-depth.ts';
import { queueName } from '../pipeline/queue-name.ts';
import type { ConsumerFlow, Flow } from './flow.ts';

const MINUTE_MS = 60_000;
/** What is counted is of so long. */
const COUNTED_MS = 15 * MINUTE_MS;
/** CloudWatch has a minute a while after it: a rate is that of the five minutes before the last two. */
const RATE_MINUTES = 5;
const LAG_MS = 2 * MINUTE_MS;

/** How events flow by what SQS says now, and by what CloudWatch has of the last quarter of an hour. */
export async function awsFlow(pipeline: Pipeline, consumers: readonly Consumer[], now: Date): Promise<Flow> {
  const { sqs, events, deployment, archiveName } = pipeline;
  const since = new Date(now.getTime() - COUNTED_MS);
  const depth = async (QueueUrl: string) =>
    await asked(
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...DEPTH_ATTRIBUTES] })),
      deployment,
    );
  const urls = queueUrls(consumers);
  const [archive, data, ...depths] = await Promise.all([
    asked(events.send(new DescribeArchiveCommand({ ArchiveName: archiveName })), deployment),
    metricData(pipeline, flowQueries(pipeline, consumers), [], { since, until: now, periodSeconds: 60 }),
    ...urls.map(depth),
  ]);
  const depthOf = new Map(urls.map((url, index) => [url, countsIn(depths[index]!)]));
  const published = countIn(data, 'published');
  const problems = new Map([
    ...problemOf(`archive ${archiveName}`, archive),
    ...urls.flatMap((url, index) => problemOf(`queue ${queueName(url)}`, depths[index]!)),
  ]);
  return {
    at: now.toISOString(),
    since: since.toISOString(),
    countedBy: 'metrics',
    bus: {
      published,
      waiting: null,
      perSecond: published === null ? null : { published: rateIn(data, 'published', now) },
    },
    archive: { events: 'answer' in archive ? (archive.answer.EventCount ?? null) : null },
    consumers: consumers.map((consumer, index) => consumerFlow(consumer, index, data, depthOf, now)),
    unavailable: [...[...problems].map(([what, why]) => ({ what, why })), ...data.unavailable],
  };
}

/** What looking so often costs an hour: the metrics, and a request of SQS for each queue. */
export function awsFlowUsdPerHour(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  intervalMs: number,
): number {
  const looks = 3_600_000 / intervalMs;
  const requestUsd = PRICES.sqsMillionRequests / 1e6;
  return (
    looks * (metricsUsd(flowQueries(pipeline, consumers).length) + queueUrls(consumers).length * requestUsd)
  );
}

const queueUrls = (consumers: readonly Consumer[]): readonly string[] =>
  consumers.flatMap((consumer) => [
    ...(hasQueue(consumer) ? [consumer.queueUrl] : []),
    ...letterQueueUrls(consumer),
  ]);

function flowQueries({ scopeName, archiveName }: Pipeline, consumers: readonly Consumer[]): MetricQuery[] {
  return [
    // the archive's own rule takes every event of the bucket, and no replayed one
    ofRule('published', 'Invocations', `Events-Archive-${archiveName}`),
    ...consumers.flatMap((consumer, index) => [
      ofRule(`matched${index}`, 'MatchedEvents', consumer.ruleName),
      ofRule(`invoked${index}`, 'Invocations', consumer.ruleName),
      ofRule(`undelivered${index}`, 'FailedInvocations', consumer.ruleName),
      ...(hasQueue(consumer) ? ofQueue(queueName(consumer.queueUrl), index) : []),
      ...(hasFunction(consumer)
        ? [
            {
              id: `failed${index}`,
              namespace: scopeName,
              metric: 'Failed',
              dimension: ['service', consumer.name],
              stat: 'Sum',
            } as const,
          ]
        : []),
    ]),
  ];
}

const ofRule = (id: string, metric: string, rule: string): MetricQuery => ({
  id,
  namespace: 'AWS/Events',
  metric,
  dimension: ['RuleName', rule],
  stat: 'Sum',
});

function ofQueue(name: string, index: number): readonly MetricQuery[] {
  const dimension = ['QueueName', name] as const;
  const namespace = 'AWS/SQS';
  return [
    { id: `deleted${index}`, namespace, metric: 'NumberOfMessagesDeleted', dimension, stat: 'Sum' },
    { id: `age${index}`, namespace, metric: 'ApproximateAgeOfOldestMessage', dimension, stat: 'Maximum' },
  ];
}

type Depths = readonly [visible: number, inFlight: number, delayed: number];

function consumerFlow(
  consumer: Consumer,
  index: number,
  data: MetricData,
  depthOf: ReadonlyMap<string, Depths | undefined>,
  now: Date,
): ConsumerFlow {
  const isAnswered = data.unavailable.length === 0;
  // CloudWatch gets what is not 0: of a metric that it does not have, nothing came
  const count = (name: string) => (isAnswered ? (countIn(data, `${name}${index}`) ?? 0) : null);
  const rate = (name: string) => rateIn(data, `${name}${index}`, now);
  const own = hasQueue(consumer) ? depthOf.get(consumer.queueUrl) : undefined;
  const letters = (url: string) => depthOf.get(url)?.reduce((sum, one) => sum + one, 0) ?? null;
  const [invoked, undelivered] = [count('invoked'), count('undelivered')];
  return {
    name: consumer.name,
    target: consumer.kind,
    matched: count('matched'),
    delivered: invoked === null ? null : Math.max(0, invoked - (undelivered ?? 0)),
    done: hasQueue(consumer) ? count('deleted') : null,
    failed: hasFunction(consumer) ? count('failed') : null,
    waiting: own?.[0] ?? null,
    inFlight: own?.[1] ?? null,
    delayed: own?.[2] ?? null,
    oldestAgeSeconds: hasQueue(consumer) ? newestIn(data, `age${index}`) : null,
    deadLetters: hasQueue(consumer) ? letters(consumer.deadLetterQueueUrl) : null,
    ruleDeadLetters: letters(consumer.ruleDeadLetterQueueUrl),
    perSecond: isAnswered
      ? {
          matched: rate('matched'),
          done: hasQueue(consumer) ? rate('deleted') : null,
          failed: hasFunction(consumer) ? rate('failed') : null,
        }
      : null,
  };
}

/** Null where CloudWatch has nothing. */
function countIn({ values }: MetricData, id: string): number | null {
  const found = [...(values.get(id)?.values() ?? [])];
  return found.length === 0 ? null : found.reduce((sum, one) => sum + one, 0);
}

function rateIn({ values }: MetricData, id: string, now: Date): number {
  const untilMs = Math.floor((now.getTime() - LAG_MS) / MINUTE_MS) * MINUTE_MS;
  const sinceMs = untilMs - RATE_MINUTES * MINUTE_MS;
  return (
    [...(values.get(id) ?? [])]
      .filter(([ms]) => ms >= sinceMs && ms < untilMs)
      .reduce((sum, [, value]) => sum + value, 0) /
    (RATE_MINUTES * 60)
  );
}

/** The newest value that is there; null for none, or 0, as for an empty queue. */
function newestIn({ values }: MetricData, id: string): number | null {
  const newest = [...(values.get(id) ?? [])].toSorted(([left], [right]) => right - left)[0]?.[1];
  return newest === undefined || newest === 0 ? null : Math.round(newest);
}

function countsIn(depth: Asked<GetQueueAttributesCommandOutput>): Depths | undefined {
  if ('problem' in depth) return undefined;
  const { Attributes = {} } = depth.answer;
  const [visible, inFlight, delayed] = DEPTH_ATTRIBUTES.map((name) => Number(Attributes[name] ?? 0));
  return [visible ?? 0, inFlight ?? 0, delayed ?? 0];
}

const problemOf = (what: string, one: Asked<unknown>): [what: string, why: string][] =>
  'problem' in one ? [[what, one.problem.message]] : [];
