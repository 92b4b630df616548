import type { SqsRecord } from './source-queue.ts';

/** What an event may have, in bytes of JSON, less what is around the records. */
const LARGEST_EVENT_BYTES = 6 * 1024 * 1024 - 100;

const MOST_PER_RECEIVE = 10;

/** Messages received for a function and not yet handed to it. */
export class GatheredMessages {
  readonly #batchSize: number;
  #records: SqsRecord[] = [];
  #bytes = 0;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0;
  }

  /** Whether they make a whole batch, in number or in size. */
  get areFull(): boolean {
    return this.#records.length >= this.#batchSize || this.#bytes >= LARGEST_EVENT_BYTES;
  }

  /** Receives what there is, up to a whole batch. It is added when it is certain to have been received. */
  receive(receive: (most: number) => readonly SqsRecord[]): readonly SqsRecord[] {
    const more: SqsRecord[] = [];
    let bytes = this.#bytes;
    for (;;) {
      const missing = this.#batchSize - this.#records.length - more.length;
      if (missing <= 0 || bytes >= LARGEST_EVENT_BYTES) return more;
      const received = receive(Math.min(MOST_PER_RECEIVE, missing));
      if (received.length === 0) return more;
      more.push(...received);
      for (const record of received) bytes += bytesOf(record);
    }
  }

  add(records: readonly SqsRecord[]): void {
    this.#records.push(...records);
    for (const record of records) this.#bytes += bytesOf(record);
  }

  /** One batch. What is too much for one event waits for the next. */
  take(): readonly SqsRecord[] {
    let count = 0;
    let bytes = 0;
    for (const record of this.#records) {
      bytes += bytesOf(record);
      if (bytes > LARGEST_EVENT_BYTES) break;
      count++;
    }
    const batch = this.#records.splice(0, Math.max(1, count));
    this.#bytes = this.#records.reduce((sum, record) => sum + bytesOf(record), 0);
    return batch;
  }
}

const bytesOf = (record: SqsRecord) => Buffer.byteLength(JSON.stringify(record)) + 1;
