import { ASSUMPTIONS } from '../cost/assumptions.ts';
import { shareOf } from '../cost/consumer-work.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { capacityDocument } from './capacity-document.ts';
import type { CapacityConsumer, CapacityFacts } from './capacity-template.ts';
import type { Quotas } from './quota-table.ts';

/** The uploads, and what is said of them. */
export type CapacityWorkload = DocumentOf<typeof capacityDocument>['workload'];

/** What is asked, of what pipeline, in what account. */
export interface Asked {
  readonly workload: CapacityWorkload;
  readonly facts: CapacityFacts;
  readonly quotas: Quotas;
}

/** The consumers that have a function. */
export const workersOf = ({ facts }: Asked): readonly CapacityConsumer[] =>
  facts.consumers.filter(({ target }) => target === undefined);

/** The share of the uploads that the consumer takes: 0 to 1. */
export const takenBy = ({ workload }: Pick<Asked, 'workload'>, consumer: CapacityConsumer): number =>
  shareOf(consumer, { ...workload, uploads: workload.uploadsPerSecond, replayShare: 0 });

/**
 * A consumer of lines gathers its events in memory and writes one object a batch, for which cost's time of an event is far too long.
 * Seen of the ledger's bundle: 0.05 to 0.07 ms of a core for an event in a batch of 1,000; Lambda gives 512 MB less than a third of one.
 */
export const LINES = { eventMs: 0.25, putMs: 50 } as const;

/** Milliseconds of a full batch: what cost counts with, unless --event-ms says what an event takes. */
export function batchMs({ workload }: Pick<Asked, 'workload'>, consumer: CapacityConsumer): number {
  const { id, batchSize, readsObjects, keeps } = consumer;
  const { invocationMs, eventMs, countingBytesPerSecond } = ASSUMPTIONS;
  const given = workload.eventMs[id];
  if (keeps !== 'nothing' && 'lines' in keeps) {
    return invocationMs + LINES.putMs + batchSize * (given ?? LINES.eventMs);
  }
  const readingMs = readsObjects ? (workload.csvBytes * 1_000) / countingBytesPerSecond : 0;
  return invocationMs + batchSize * (given ?? eventMs + readingMs);
}

/** Batches that the consumer works on at once, all of them full. */
export const concurrencyAt = (asked: Asked, consumer: CapacityConsumer, rate: number): number =>
  ((rate * takenBy(asked, consumer)) / consumer.batchSize) * (batchMs(asked, consumer) / 1_000);
