import { backfillEnvelope } from '../../shared/object-event/backfill-envelope.ts';
import type { ExpectedRow } from '../../shared/object-event/object-event.ts';
import { BATCH } from '../dead-letters/letters.ts';
import { hasQueue, type QueuedConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { envelopeText, sendBatch } from '../pipeline/send-batch.ts';
import { isForged, type Finding } from './finding.ts';

/**
 * Mends what a verification has found: sends the object as it is, or its deletion, to the one consumer whose row
 * differs, on condition that the row still is as it was seen. A row of a name that its consumer skips becomes a tombstone
 * like that, whether its object is there or not. Any other foreign row belongs to nobody here, and is left alone; so is
 * what waits, which mends itself. A row whose place in the order of events lies ahead loses that, as if no event of S3 had spoken: the next
 * one wins, whichever it is.
 */
export class Repair {
  readonly #pipeline: Pipeline;
  /** When the bucket and the tables were looked at: of two repairs of one row the later look wins. */
  readonly #observedAt: string;
  readonly #now: Date;
  readonly #collected = new Map<string, object[]>();
  sent = 0;
  /** Why some could not be sent: they are found again by the next verification. */
  readonly refused: string[] = [];

  constructor(pipeline: Pipeline, observedAt: Date) {
    this.#pipeline = pipeline;
    this.#now = observedAt;
    this.#observedAt = observedAt.toISOString();
  }

  /** @returns whether it can be mended: sent now, or with those that follow */
  async add(finding: Finding): Promise<boolean> {
    const consumer = menderOf(this.#pipeline, finding);
    if (consumer === undefined) return false;
    const { bucket, key, skipped } = finding;
    const object = skipped === undefined ? finding.object : null;
    const isDeleted = object === null || object.isDeleteMarker;
    const envelope = backfillEnvelope({
      bucket,
      key,
      ...(object !== null && { versionId: object.versionId }),
      ...(object?.size !== undefined && { size: object.size }),
      ...(object?.etag !== undefined && { etag: object.etag }),
      lastModified: object?.lastModified ?? this.#observedAt,
      observedAt: this.#observedAt,
      expected: expectedOf(finding, this.#now),
      isDeleted,
    });
    const envelopes = this.#collected.get(consumer.queueUrl) ?? [];
    this.#collected.set(consumer.queueUrl, envelopes);
    envelopes.push(envelope);
    if (envelopes.length === BATCH) await this.#send(consumer.queueUrl);
    return true;
  }

  async finish(): Promise<void> {
    for (const queueUrl of this.#collected.keys()) await this.#send(queueUrl);
  }

  async #send(queueUrl: string): Promise<void> {
    const envelopes = this.#collected.get(queueUrl) ?? [];
    this.#collected.set(queueUrl, []);
    if (envelopes.length === 0) return;
    const messages = envelopes.map((envelope) => ({ body: envelopeText(envelope) }));
    const { done, refused } = await sendBatch(this.#pipeline, queueUrl, messages);
    this.sent += done.length;
    this.refused.push(...refused.map(({ error }) => error));
  }
}

/** The row as it was seen. One whose place lies ahead loses it: kept, it would supersede every upload to come. */
function expectedOf(finding: Finding, now: Date): ExpectedRow {
  const sequencer = finding.row?.sequencer ?? null;
  return sequencer !== null && isForged(finding, now) ? { sequencer, isForged: true } : { sequencer };
}

/** Whether a repair can mend it. */
export const canMend = (pipeline: Pipeline, finding: Finding): boolean =>
  menderOf(pipeline, finding) !== undefined;

/** The consumer that a repair is sent to; undefined for what is left alone. */
function menderOf({ consumers }: Pipeline, finding: Finding): QueuedConsumer | undefined {
  if (isLeftAlone(finding)) return undefined;
  const consumer = consumers.find(({ name }) => name === finding.consumer);
  // what keeps rows has a queue
  return consumer !== undefined && hasQueue(consumer) ? consumer : undefined;
}

const isLeftAlone = ({ class: found, skipped }: Finding): boolean =>
  found === 'waiting' || (found === 'foreign' && skipped === undefined);
