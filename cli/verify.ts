import { currentObjects, type CurrentObject } from './current-objects.ts';
import { merge } from './merge.ts';
import { allCounterRows, counterRows, metadataRows, otherBuckets, type ObjectRow } from './object-rows.ts';
import { versionsOf } from './object-versions.ts';
import type { Pipeline } from './pipeline.ts';
import { routesFor, routesOf, type Route } from './routing.ts';
import type { Undone, UndoneKeys } from './undone.ts';

/**
 * How bucket and tables differ.
 *
 * - `missing`: the object has no row.
 * - `stale`: its row is of another version.
 * - `tombstoned-but-present`: its row says that it is deleted.
 * - `present-but-gone`: the row shows an object that the bucket holds no more.
 * - `foreign`: a row that no rule of this pipeline would have made.
 * - `not-counted`: a CSV that the counter has no count of, or one of another version.
 * - `waiting`: they differ, and an event of the key is on its way, in the queue or to be tried again (seen locally only).
 * - `dead-lettered`: they differ, and a dead letter holds an event of the key (seen locally only).
 */
export type FindingClass =
  | 'missing'
  | 'stale'
  | 'tombstoned-but-present'
  | 'present-but-gone'
  | 'foreign'
  | 'not-counted'
  | Undone;

export interface Finding {
  readonly class: FindingClass;
  readonly consumer: string;
  readonly bucket: string;
  readonly key: string;
  /** What the bucket holds; null when nothing. */
  readonly object: CurrentObject | null;
  /** What the table holds; null when nothing. */
  readonly row: ObjectRow | null;
}

export interface VerifyOptions {
  readonly prefix: string;
  /** What changed since then may be on its way still, and is not judged. */
  readonly judgedBefore: Date;
  /** What consumers have still to deal with, asked before; undefined where nobody can. */
  readonly undone: UndoneKeys | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: (compared: Compared) => void;
}

/** What was looked at. */
export interface Compared {
  readonly objects: number;
  /** Of the metadata table. */
  readonly rows: number;
  /** CSV objects whose count was looked up. */
  readonly csvObjects: number;
  /** Too young to be judged. */
  readonly pending: number;
}

/** A key of which the counter keeps a row; without an object it is deleted. */
interface CountedKey {
  readonly key: string;
  readonly object: CurrentObject | undefined;
  /** What the bucket holds of it, be it a delete marker. */
  readonly marker: CurrentObject | undefined;
}

const METADATA_WRITER = 'metadata-writer';
const CSV_ROW_COUNTER = 'csv-row-counter';
const KEYS_AT_A_TIME = 100;

/**
 * Compares what the bucket holds with what the tables say, in constant memory however many objects there are: the
 * bucket's listing and the table's sort key are both in the order of the keys' bytes. Changes nothing.
 */
export class Verification {
  readonly #pipeline: Pipeline;
  readonly #options: VerifyOptions;
  readonly #compared = { objects: 0, rows: 0, csvObjects: 0, pending: 0 };
  /** The counter's live rows of keys that the bucket or the metadata table knows. */
  #liveCounts = 0;
  /** Keys of those among them whose object is gone. */
  readonly #countsOfGone = new Set<string>();
  #keys = 0;

  constructor(pipeline: Pipeline, options: VerifyOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
  }

  get compared(): Compared {
    return this.#compared;
  }

  /** Neither bucket nor tables held any key that was looked at. */
  get isEmpty(): boolean {
    return this.#keys === 0;
  }

  async *findings(): AsyncGenerator<Finding> {
    const { signal, onProgress, prefix } = this.#options;
    const routes = await routesOf(this.#pipeline, this.#pipeline.consumers);
    const route = (name: string) => routes.filter(({ consumer }) => consumer.name === name);
    const [writer, counter] = [route(METADATA_WRITER), route(CSV_ROW_COUNTER)];
    let csvs: CountedKey[] = [];
    for await (const { key, left, right } of merge(
      currentObjects(this.#pipeline, { prefix }),
      metadataRows(this.#pipeline, prefix),
    )) {
      if (signal.aborted) return;
      this.#keys++;
      const object = left?.isDeleteMarker === false ? left : undefined;
      if (object !== undefined) this.#compared.objects++;
      if (right !== undefined) this.#compared.rows++;
      const isWanted = this.#isWanted(writer, object ?? { key, isDeleted: true });
      yield* this.#judged(classOf(object, right, isWanted), METADATA_WRITER, key, left, right);
      if (this.#isWanted(counter, object ?? { key, isDeleted: true }))
        csvs.push({ key, object, marker: left });
      if (csvs.length === KEYS_AT_A_TIME) {
        yield* this.#uncounted(csvs);
        csvs = [];
      }
      onProgress?.(this.#compared);
    }
    yield* this.#uncounted(csvs);
    if (prefix === '') {
      yield* this.#countsOfNothing(counter);
      for (const { bucket, key } of await otherBuckets(this.#pipeline))
        yield { class: 'foreign', consumer: METADATA_WRITER, bucket, key, object: null, row: null };
    }
  }

  #isWanted(routes: readonly Route[], object: CurrentObject | { key: string; isDeleted: true }): boolean {
    return routesFor(routes, this.#pipeline, object).length > 0;
  }

  /** CSVs without their count, and counts of what the bucket has deleted. */
  async *#uncounted(keys: readonly CountedKey[]): AsyncGenerator<Finding> {
    const rows = await counterRows(
      this.#pipeline,
      keys.map(({ key }) => key),
    );
    for (const { key, object, marker } of keys) {
      const row = rows.get(key);
      const isLive = row !== undefined && !row.isDeleted;
      if (isLive) this.#liveCounts++;
      if (object === undefined) {
        if (isLive) this.#countsOfGone.add(key);
        yield* this.#judged(isLive ? 'present-but-gone' : undefined, CSV_ROW_COUNTER, key, marker, row);
        continue;
      }
      this.#compared.csvObjects++;
      const isCounted = isLive && shows(row, object) && row.status !== 'object-gone';
      yield* this.#judged(isCounted ? undefined : 'not-counted', CSV_ROW_COUNTER, key, object, row);
    }
  }

  /** Counts of keys that nothing else knows. Looked for one by one only when there are more live rows than objects have them. */
  async *#countsOfNothing(counter: readonly Route[]): AsyncGenerator<Finding> {
    const { signal } = this.#options;
    let live = 0;
    for await (const row of allCounterRows(this.#pipeline)) if (!row.isDeleted) live++;
    if (live === this.#liveCounts) return;
    for await (const row of allCounterRows(this.#pipeline)) {
      if (signal.aborted) return;
      if (row.isDeleted || this.#countsOfGone.has(row.key)) continue;
      const isWanted = this.#isWanted(counter, { key: row.key, isDeleted: true });
      const [version] = await versionsOf(this.#pipeline, row.key);
      if (isWanted && version?.isDeleteMarker === false) continue;
      const left = version === undefined ? undefined : { key: row.key, ...version };
      yield* this.#judged(isWanted ? 'present-but-gone' : 'foreign', CSV_ROW_COUNTER, row.key, left, row);
    }
  }

  /** What is younger than the limit may be on its way. */
  *#judged(
    found: FindingClass | undefined,
    consumer: string,
    key: string,
    object: CurrentObject | undefined,
    row: ObjectRow | undefined,
  ): Generator<Finding> {
    if (found === undefined) return;
    const { ingestBucket: bucket } = this.#pipeline;
    const finding = { consumer, bucket, key, object: object ?? null, row: row ?? null };
    // of what is on its way more is known than that it is young
    const undone = found === 'foreign' ? undefined : this.#options.undone?.of(consumer, key);
    if (undone !== undefined) {
      yield { class: undone, ...finding };
      return;
    }
    const changedAt = [object?.lastModified, row?.eventTime].map((time) => Date.parse(time ?? '1970-01-01'));
    if (Math.max(...changedAt) > this.#options.judgedBefore.getTime()) {
      this.#compared.pending++;
      return;
    }
    yield { class: found, ...finding };
  }
}

/** @param isWanted whether the rule wants the key */
function classOf(
  object: CurrentObject | undefined,
  row: ObjectRow | undefined,
  isWanted: boolean,
): FindingClass | undefined {
  const isLive = row !== undefined && !row.isDeleted;
  if (!isWanted) return isLive ? 'foreign' : undefined;
  if (object === undefined) return isLive ? 'present-but-gone' : undefined;
  if (row === undefined) return 'missing';
  if (row.isDeleted) return 'tombstoned-but-present';
  return shows(row, object) ? undefined : 'stale';
}

/** Whether the row is of this very version. One that was written without a version is known by its ETag. */
function shows({ versionId, etag }: ObjectRow, object: CurrentObject): boolean {
  return versionId === undefined ? etag === object.etag : versionId === object.versionId;
}
