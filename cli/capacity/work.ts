import { ASSUMPTIONS } from '../cost/assumptions.ts';
import { shareOf, timesOf } from '../cost/consumer-work.ts';
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

/** Milliseconds of a full batch: what cost counts with, unless --event-ms says what an event takes. */
export function batchMs({ workload }: Pick<Asked, 'workload'>, consumer: CapacityConsumer): number {
  const { id, batchSize, readsObjects } = consumer;
  const { invocationMs, eventMs } = timesOf(consumer);
  const readingMs = readsObjects ? (workload.csvBytes * 1_000) / ASSUMPTIONS.countingBytesPerSecond : 0;
  return invocationMs + batchSize * (workload.eventMs[id] ?? eventMs + readingMs);
}

/** Batches that the consumer works on at once, all of them full. */
export const concurrencyAt = (asked: Asked, consumer: CapacityConsumer, rate: number): number =>
  ((rate * takenBy(asked, consumer)) / consumer.batchSize) * (batchMs(asked, consumer) / 1_000);
