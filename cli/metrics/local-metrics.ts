import type { FunctionSeries, MeasuredPeriods, QueueSeries } from '../../shared/measures.ts';
import { hasFunction, hasQueue, type Consumer } from '../pipeline/consumer.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { TOLD_OTHERWISE, type ConsumerSeries, type Measured, type Series } from './measured.ts';

/** How the consumers did by the runtime's own record. */
export function localMetrics(consumers: readonly Consumer[], periods: MeasuredPeriods): Measured {
  const { since, until, periodSeconds, times } = periods;
  return {
    since,
    until,
    periodSeconds,
    countedBy: 'runtime',
    costUsd: 0,
    times,
    consumers: consumers.map((consumer) => ({
      consumer: consumer.name,
      series: seriesOf(consumer, periods),
    })),
    unavailable: [],
  };
}

function seriesOf(consumer: Consumer, { isMeasured, queues, functions }: MeasuredPeriods): ConsumerSeries {
  const nothing: Series = isMeasured.map(() => null);
  const none: Series = isMeasured.map((measured) => (measured ? 0 : null));
  const ofQueue = hasQueue(consumer) ? queues[queueName(consumer.queueUrl)] : undefined;
  const ofFunction = hasFunction(consumer) ? functions[consumer.functionName] : undefined;
  /** A queue or function about which nothing was measured counted nothing. */
  const counts = (has: boolean, series: Series | undefined): Series => (has ? (series ?? none) : nothing);
  const queue = (name: 'done' | 'waiting' | 'oldestAgeSeconds') =>
    counts(hasQueue(consumer), ofQueue?.[name]);
  return {
    ...countedBy(ofFunction),
    events: queue('done'),
    failed: counts(hasFunction(consumer), ofQueue?.failed),
    functionErrors: counts(hasFunction(consumer), ofFunction?.errors),
    ...ages(ofQueue, nothing),
    waiting: queue('waiting'),
    oldestAgeSeconds: queue('oldestAgeSeconds'),
    ...durations(ofFunction, nothing),
    memoryMb: ofFunction?.memoryMb ?? nothing,
  };
}

function countedBy(ofFunction: FunctionSeries | undefined): Readonly<Record<string, Series>> {
  return Object.fromEntries(
    Object.entries(ofFunction?.counted ?? {}).filter(([name]) => !TOLD_OTHERWISE.has(name)),
  );
}

const ages = (of: QueueSeries | undefined, nothing: Series) => ({
  ageP50Ms: of?.ageMs.p50 ?? nothing,
  ageP95Ms: of?.ageMs.p95 ?? nothing,
  ageP99Ms: of?.ageMs.p99 ?? nothing,
});

const durations = (of: FunctionSeries | undefined, nothing: Series) => ({
  durationP50Ms: of?.durationMs.p50 ?? nothing,
  durationP95Ms: of?.durationMs.p95 ?? nothing,
  durationP99Ms: of?.durationMs.p99 ?? nothing,
});
