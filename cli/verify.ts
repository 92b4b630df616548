import { currentObjects, type CurrentObject } from './current-objects.ts';
import { merge } from './merge.ts';
import { allCounterRows, counterRows, metadataRows, otherBuckets, type ObjectRow } from './object-rows.ts';
import { versionsOf } from './object-versions.ts';
import type { Pipeline } from './pipeline.ts';
import { routesFor, routesOf, type Route } from './routing.ts';

/**
 * How bucket and tables differ.
 *
 * - `missing`: the object has no row.
 * - `stale`: its row is of another version.
 * - `tombstoned-but-present`: its row says that it is deleted.
 * - `present-but-gone`: the row shows an object that the bucket holds no more.
 * - `foreign`: a row that no rule of this pipeline would have made.
 * - `not-counted`: a CSV that the counter has no count of, or one of another version.
 */
export type FindingClass =
  | 'missing'
  | 'stale'
  | 'tombstoned-but-present'
  | 'present-but-gone'
  | 'foreign'
  | 'not-counted';

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
  /** The counter's rows that were found to show an object of the bucket. */
  #liveCounts = 0;

  constructor(pipeline: Pipeline, options: VerifyOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
  }

  get compared(): Compared {
    return this.#compared;
  }

  async *findings(): AsyncGenerator<Finding> {
    const { signal, onProgress, prefix } = this.#options;
    const routes = await routesOf(this.#pipeline, this.#pipeline.consumers);
    const route = (name: string) => routes.filter(({ consumer }) => consumer.name === name);
    const [writer, counter] = [route(METADATA_WRITER), route(CSV_ROW_COUNTER)];
    let csvs: CurrentObject[] = [];
    for await (const { key, left, right } of merge(
      currentObjects(this.#pipeline, { prefix }),
      metadataRows(this.#pipeline, prefix),
    )) {
      if (signal.aborted) return;
      const object = left?.isDeleteMarker === false ? left : undefined;
      if (object !== undefined) this.#compared.objects++;
      if (right !== undefined) this.#compared.rows++;
      const isWanted = this.#isWanted(writer, object ?? { key, isDeleted: true });
      yield* this.#judged(classOf(object, right, isWanted), METADATA_WRITER, key, left, right);
      if (object !== undefined && this.#isWanted(counter, object)) csvs.push(object);
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

  async *#uncounted(objects: readonly CurrentObject[]): AsyncGenerator<Finding> {
    this.#compared.csvObjects += objects.length;
    const rows = await counterRows(
      this.#pipeline,
      objects.map(({ key }) => key),
    );
    for (const object of objects) {
      const row = rows.get(object.key);
      if (row !== undefined && !row.isDeleted) this.#liveCounts++;
      const isCounted =
        row !== undefined && !row.isDeleted && shows(row, object) && row.status !== 'object-gone';
      yield* this.#judged(isCounted ? undefined : 'not-counted', CSV_ROW_COUNTER, object.key, object, row);
    }
  }

  /** Counts whose object is gone. Looked for one by one only when there are more live rows than objects have them. */
  async *#countsOfNothing(counter: readonly Route[]): AsyncGenerator<Finding> {
    const { signal } = this.#options;
    let live = 0;
    for await (const row of allCounterRows(this.#pipeline)) if (!row.isDeleted) live++;
    if (live === this.#liveCounts) return;
    for await (const row of allCounterRows(this.#pipeline)) {
      if (signal.aborted) return;
      if (row.isDeleted) continue;
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
    const changedAt = [object?.lastModified, row?.eventTime].map((time) => Date.parse(time ?? '1970-01-01'));
    if (Math.max(...changedAt) > this.#options.judgedBefore.getTime()) {
      this.#compared.pending++;
      return;
    }
    const { ingestBucket: bucket } = this.#pipeline;
    yield { class: found, consumer, bucket, key, object: object ?? null, row: row ?? null };
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
