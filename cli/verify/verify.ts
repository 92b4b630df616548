import { currentObjects, type CurrentObject } from '../objects/current-objects.ts';
import { classOf, isAgreement, isFinding, shows, type Finding, type Judgement } from './finding.ts';
import { merge } from './merge.ts';
import { allCounterRows, counterRows, metadataRows, otherBuckets, type ObjectRow } from './object-rows.ts';
import { versionsOf } from '../objects/object-versions.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { reachOf, routesOf, type Reach, type Route } from '../pipeline/routing.ts';
import type { UndoneKeys } from '../fate/undone.ts';

/** What changed so shortly before may be on its way, unless the operator says otherwise. */
export const GRACE = { local: '5s', aws: '60s' } as const;

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
    for await (const judgement of this.judgements()) if (isFinding(judgement)) yield judgement;
  }

  /** Of each key what the metadata table has of it, then what the counter has; what agrees too. */
  async *judgements(): AsyncGenerator<Judgement> {
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
      const reach = this.#reach(writer, object, key);
      yield* this.#judged(classOf(object, right, reach), METADATA_WRITER, key, left, right);
      const counted = this.#reach(counter, object, key);
      if (counted === 'wanted') csvs.push({ key, object, marker: left });
      else yield* this.#judged(counted, CSV_ROW_COUNTER, key, left, undefined);
      if (csvs.length === KEYS_AT_A_TIME) {
        yield* this.#uncounted(csvs);
        csvs = [];
      }
      onProgress?.(this.#compared);
    }
    yield* this.#uncounted(csvs);
    if (prefix === '') {
      yield* this.#countsOfNothing(counter);
      for (const { bucket, key } of await otherBuckets(this.#pipeline)) {
        yield { class: 'foreign', consumer: METADATA_WRITER, bucket, key, object: null, row: null };
      }
    }
  }

  #reach(routes: readonly Route[], object: CurrentObject | undefined, key: string): Reach {
    return reachOf(routes, this.#pipeline, object ?? { key, isDeleted: true });
  }

  /** CSVs and their counts, and counts of what the bucket has deleted. */
  async *#uncounted(keys: readonly CountedKey[]): AsyncGenerator<Judgement> {
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
        yield* this.#judged(isLive ? 'present-but-gone' : 'recorded', CSV_ROW_COUNTER, key, marker, row);
        continue;
      }
      this.#compared.csvObjects++;
      const isCounted = isLive && shows(row, object) && row.status !== 'object-gone';
      yield* this.#judged(isCounted ? 'recorded' : 'not-counted', CSV_ROW_COUNTER, key, object, row);
    }
  }

  /** Counts of keys that nothing else knows. Looked for one by one only when there are more live rows than objects have them. */
  async *#countsOfNothing(counter: readonly Route[]): AsyncGenerator<Judgement> {
    const { signal } = this.#options;
    let live = 0;
    for await (const row of allCounterRows(this.#pipeline)) if (!row.isDeleted) live++;
    if (live === this.#liveCounts) return;
    for await (const row of allCounterRows(this.#pipeline)) {
      if (signal.aborted) return;
      if (row.isDeleted || this.#countsOfGone.has(row.key)) continue;
      const isWanted = this.#reach(counter, undefined, row.key) === 'wanted';
      const [version] = await versionsOf(this.#pipeline, row.key);
      if (isWanted && version?.isDeleteMarker === false) continue;
      const left = version === undefined ? undefined : { key: row.key, ...version };
      yield* this.#judged(isWanted ? 'present-but-gone' : 'foreign', CSV_ROW_COUNTER, row.key, left, row);
    }
  }

  /** What is younger than the limit may be on its way. */
  *#judged(
    found: Judgement['class'],
    consumer: string,
    key: string,
    object: CurrentObject | undefined,
    row: ObjectRow | undefined,
  ): Generator<Judgement> {
    const { ingestBucket: bucket } = this.#pipeline;
    const finding = { consumer, bucket, key, object: object ?? null, row: row ?? null };
    if (isAgreement(found)) {
      yield { class: found, ...finding };
      return;
    }
    // of what is on its way more is known than that it is young
    const undone = found === 'foreign' ? undefined : this.#options.undone?.of(consumer, key);
    if (undone !== undefined) {
      yield { class: undone, ...finding };
      return;
    }
    const changedAt = [object?.lastModified, row?.eventTime].map((time) => Date.parse(time ?? '1970-01-01'));
    if (Math.max(...changedAt) > this.#options.judgedBefore.getTime()) {
      this.#compared.pending++;
      yield { class: 'pending', ...finding };
      return;
    }
    yield { class: found, ...finding };
  }
}
