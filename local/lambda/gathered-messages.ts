import type { SqsRecord } from './source-queue.ts';

/** What an event may have, in bytes of JSON, less what is around the records. */
const LARGEST_EVENT_BYTES = 6 * 1024 * 1024 - 100;

const MOST_PER_RECEIVE = 10;

/** Received, with its bytes in a function's event. */
interface Gathered {
  readonly record: SqsRecord;
  readonly bytes: number;
}

/** Messages received for a function and not yet handed to it. */
export class GatheredMessages {
  readonly #batchSize: number;
  #messages: Gathered[] = [];
  #bytes = 0;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** Whether they make a whole batch, in number or in size. Where they do not, the queue had no more when it was last looked at. */
  get areFull(): boolean {
    return this.#messages.length >= this.#batchSize || this.#bytes >= LARGEST_EVENT_BYTES;
  }

  /**
   * Receives what there is, up to a whole batch. It is added when it is certain to have been received.
   *
   * @param receive answers with fewer than it is asked for only where there are no more
   */
  receive(receive: (most: number) => readonly SqsRecord[]): readonly Gathered[] {
    const more: Gathered[] = [];
    let bytes = this.#bytes;
    for (;;) {
      const missing = this.#batchSize - this.#messages.length - more.length;
      if (missing <= 0 || bytes >= LARGEST_EVENT_BYTES) return more;
      const asked = Math.min(MOST_PER_RECEIVE, missing);
      const received = receive(asked).map((record) => ({ record, bytes: bytesOf(record) }));
      more.push(...received);
      bytes += bytesIn(received);
      if (received.length < asked) return more;
    }
  }

  add(messages: readonly Gathered[]): void {
    this.#messages.push(...messages);
    this.#bytes += bytesIn(messages);
  }

  /** One batch. What is too much for one event waits for the next. */
  take(): readonly SqsRecord[] {
    let count = 0;
    let taken = 0;
    for (const { bytes } of this.#messages) {
      if (taken + bytes > LARGEST_EVENT_BYTES) break;
      taken += bytes;
      count++;
    }
    const batch = this.#messages.splice(0, Math.max(1, count));
    this.#bytes = bytesIn(this.#messages);
    return batch.map(({ record }) => record);
  }
}

const bytesIn = (messages: readonly Gathered[]): number =>
  messages.reduce((sum, { bytes }) => sum + bytes, 0);

const bytesOf = (record: SqsRecord): number => Buffer.byteLength(JSON.stringify(record)) + 1;
