import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { concurrently } from '../../shared/concurrency.ts';
import { decodeKey } from '../objects/listing.ts';
import type { Consumer } from './consumer.ts';
import { linesIn, type LedgerLine } from './ledger-line.ts';
import type { Pipeline } from './pipeline.ts';

/** A consumer that keeps a line of each event, and where. */
export interface Ledger {
  readonly consumer: Consumer;
  /** `ledger/`, a prefix of the output bucket. */
  readonly prefix: string;
}

/** The first consumer that keeps lines; undefined where none does. */
export function ledgerOf(pipeline: Pipeline): Ledger | undefined {
  for (const consumer of pipeline.consumers) {
    const keeps = pipeline.keepsIfSaid(consumer);
    if (keeps === undefined || keeps === 'nothing' || !('lines' in keeps)) continue;
    return { consumer, prefix: keeps.lines };
  }
  return undefined;
}

export interface RecentLedgerOptions {
  /** Only events of this time and later. */
  readonly since: Date;
  /** Only events before this time, as they are partitioned: where to begin. */
  readonly until: Date;
  /** @default 500 */
  readonly mostObjects?: number;
  /** @default 64 MB */
  readonly mostBytes?: number;
  readonly signal: AbortSignal;
}

/** What was looked at for the lines that have come so far. */
export interface LookedAt {
  /** Hours of events whose objects were listed. */
  readonly hours: number;
  /** Objects of the ledger that were read, and their bytes. */
  readonly objects: number;
  readonly bytes: number;
  /** Lines that are no JSON with a key; where the first of them is. */
  readonly unreadable: number;
  readonly firstUnreadable?: string;
  /** False when a bound was reached: before `completeSince` there may be more. */
  readonly isComplete: boolean;
  /** What the ledger has of this time and later has come. */
  readonly completeSince: string;
}

/** An object of the ledger as it was listed. */
interface LedgerObject {
  readonly key: string;
  readonly bytes: number;
  readonly writtenMs: number;
}

const HOUR_MS = 3_600_000;
/** By so much an event's time may lie behind the time at which its line was written, by another clock. */
const SKEW_MS = 5_000;
const READ_AT_A_TIME = 8;

/**
 * The lines of the ledger, the newest event first, each event once. Its hours are gone through backwards; in an hour the objects that
 * were written last are read first, and a line comes as soon as no object that is still unread can hold a newer one. What came within the last minute or so
 * may not be there yet. Memory is bounded by the bytes that are read.
 *
 *     const recent = new RecentLedger(pipeline, ledger, { since, until, signal });
 *     for await (const { time, key } of recent.lines()) …
 *     recent.looked     // { hours: 3, objects: 41, bytes: 120_000, isComplete: true, … }
 */
export class RecentLedger {
  readonly #pipeline: Pipeline;
  readonly #ledger: Ledger;
  readonly #options: RecentLedgerOptions;
  #hours = 0;
  #objects = 0;
  #bytes = 0;
  #unreadable = 0;
  #firstUnreadable: string | undefined;
  #isComplete = true;
  #completeSinceMs: number;

  constructor(pipeline: Pipeline, ledger: Ledger, options: RecentLedgerOptions) {
    this.#pipeline = pipeline;
    this.#ledger = ledger;
    this.#options = options;
    this.#completeSinceMs = options.until.getTime();
  }

  get looked(): LookedAt {
    return {
      hours: this.#hours,
      objects: this.#objects,
      bytes: this.#bytes,
      unreadable: this.#unreadable,
      ...(this.#firstUnreadable !== undefined && { firstUnreadable: this.#firstUnreadable }),
      isComplete: this.#isComplete,
      completeSince: new Date(this.#completeSinceMs).toISOString(),
    };
  }

  /** To be read once. */
  async *lines(): AsyncGenerator<LedgerLine> {
    const { since, until, signal } = this.#options;
    const seen = new Set<string>();
    const last = Math.floor(since.getTime() / HOUR_MS);
    for (let hour = Math.floor((until.getTime() - 1) / HOUR_MS); hour >= last && this.#isComplete; hour--) {
      for await (const line of this.#linesOf(hour)) {
        const ms = Date.parse(line.time);
        if (ms < since.getTime() || ms >= until.getTime() || seen.has(line.identity)) continue;
        seen.add(line.identity);
        yield line;
      }
      if (signal.aborted) return;
      if (this.#isComplete) this.#completeSinceMs = Math.max(hour * HOUR_MS, since.getTime());
    }
  }

  async *#linesOf(hour: number): AsyncGenerator<LedgerLine> {
    const unread = await this.#listed(hour);
    let held: LedgerLine[] = [];
    while (unread.length > 0 && this.#isComplete && !this.#options.signal.aborted) {
      held.push(...(await this.#read(this.#next(unread))));
      held.sort(newestFirst);
      // what is still unread was written before, and so are its events
      const unreadUntil = (unread[0]?.writtenMs ?? -Infinity) + SKEW_MS;
      const ready = held.findIndex(({ time }) => Date.parse(time) <= unreadUntil);
      const ended = ready === -1 ? held.length : ready;
      yield* held.slice(0, ended);
      held = held.slice(ended);
    }
    yield* held;
  }

  /** The objects of an hour, those that were written last first. */
  async #listed(hour: number): Promise<LedgerObject[]> {
    const { s3, outputBucket } = this.#pipeline;
    const [date, time] = new Date(hour * HOUR_MS).toISOString().split(/[T:]/);
    const found: LedgerObject[] = [];
    const pages = paginateListObjectsV2(
      { client: s3 },
      {
        Bucket: outputBucket,
        Prefix: `${this.#ledger.prefix}dt=${date}/hour=${time}/`,
        EncodingType: 'url',
      },
    );
    for await (const { Contents = [] } of pages) {
      for (const { Key = '', Size = 0, LastModified } of Contents) {
        found.push({ key: decodeKey(Key), bytes: Size, writtenMs: LastModified?.getTime() ?? 0 });
      }
    }
    this.#hours++;
    return found.toSorted((left, right) => right.writtenMs - left.writtenMs);
  }

  /** Takes the next ones off the list, as many as the bounds allow; at least one of the whole ledger, however large it is. */
  #next(unread: LedgerObject[]): readonly LedgerObject[] {
    const { mostObjects = 500, mostBytes = 64e6 } = this.#options;
    const taken: LedgerObject[] = [];
    while (unread.length > 0 && taken.length < READ_AT_A_TIME) {
      const [{ bytes, writtenMs }] = unread as [LedgerObject];
      if (this.#objects > 0 && (this.#objects >= mostObjects || this.#bytes + bytes > mostBytes)) {
        this.#isComplete = false;
        this.#completeSinceMs = Math.min(this.#completeSinceMs, writtenMs + SKEW_MS);
        break;
      }
      this.#objects++;
      this.#bytes += bytes;
      taken.push(unread.shift()!);
    }
    return taken;
  }

  async #read(objects: readonly LedgerObject[]): Promise<readonly LedgerLine[]> {
    const { s3, outputBucket } = this.#pipeline;
    const read: LedgerLine[] = [];
    await concurrently(objects, READ_AT_A_TIME, async ({ key, writtenMs }) => {
      const { Body } = await s3.send(
        new GetObjectCommand({ Bucket: outputBucket, Key: key }),
        // one that has waited for its turn is not asked any more
        { abortSignal: this.#options.signal },
      );
      const text = (await Body?.transformToString()) ?? '';
      const { lines, unreadable } = linesIn(text, { object: key, writtenMs });
      read.push(...lines);
      this.#unreadable += unreadable.length;
      this.#firstUnreadable ??= unreadable[0];
    });
    return read;
  }
}

/** Where one event came twice, the live line is before a replay's. */
function newestFirst(left: LedgerLine, right: LedgerLine): number {
  if (left.time !== right.time) return left.time < right.time ? 1 : -1;
  return Number(left.replayName !== undefined) - Number(right.replayName !== undefined);
}
