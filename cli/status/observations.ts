import type { RuntimeStatus } from '../../shared/control-api.ts';
import { metricsOf } from './consumer-metrics.ts';
import { lastErrorIn } from './last-error.ts';
import type { Observation } from './observation.ts';
import { hasFunction, hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueName } from '../pipeline/queue-name.ts';

/**
 * In AWS from CloudWatch's metrics, which are some minutes late and not complete by contract; locally from the runtime.
 *
 * @param runtime what the local runtime answers; undefined in AWS
 * @param since from when on failures are counted; the local runtime counts from its start
 */
export async function observe(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  since: Date,
  runtime: RuntimeStatus | undefined,
): Promise<ReadonlyMap<Consumer, Observation>> {
  const observed =
    runtime === undefined
      ? await metricsOf(pipeline, consumers, since)
      : new Map(consumers.map((consumer) => [consumer, fromRuntime(runtime, consumer)]));
  return new Map(
    await Promise.all(
      [...observed].map(
        async ([consumer, one]) => [consumer, await withError(pipeline, consumer, one)] as const,
      ),
    ),
  );
}

function fromRuntime({ now, queues, functions }: RuntimeStatus, consumer: Consumer): Observation {
  const sentAtMs = hasQueue(consumer) ? queues[queueName(consumer.queueUrl)]?.oldestSentAtMs : undefined;
  const own = hasFunction(consumer) ? functions[consumer.functionName] : undefined;
  const { errors = 0, failed = 0, retrying = 0, lastFailure, startFailure, trouble } = own ?? {};
  return {
    oldestAgeMs: sentAtMs === undefined ? undefined : Date.parse(now) - sentAtMs,
    functionErrors: errors,
    failed,
    retrying,
    isFailing: retrying > 0,
    ...(lastFailure?.error !== undefined && { lastError: { at: lastFailure.at, error: lastFailure.error } }),
    startFailure,
    trouble,
  };
}

/** The log is read only where something fails: a page of it costs more than all the rest. */
async function withError(pipeline: Pipeline, consumer: Consumer, one: Observation): Promise<Observation> {
  if (!hasFunction(consumer) || !one.isFailing || one.lastError !== undefined) return one;
  // a log that cannot be read hides the error, not that there is one
  const lastError = await lastErrorIn(pipeline, consumer).catch(() => undefined);
  return { ...one, lastError };
}
