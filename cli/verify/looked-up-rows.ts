import type { CurrentObject } from '../objects/current-objects.ts';
import { versionsOf } from '../objects/object-versions.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { reachOf, type Route } from '../pipeline/routing.ts';
import type { RowTable } from '../pipeline/row-table.ts';
import { allRows, rowsOf, type ObjectRow } from './object-rows.ts';

/** A key that the consumer keeps a row of. */
export interface KeyToLookUp {
  readonly key: string;
  /** What the bucket holds of it, be it a delete marker; undefined when nothing. */
  readonly marker: CurrentObject | undefined;
}

type LookedUp = KeyToLookUp & { row?: ObjectRow };

/** A live row of a key that neither the bucket nor an ordered table knows. */
interface RowOfNothing {
  readonly found: 'present-but-gone' | 'foreign';
  readonly consumer: string;
  readonly key: string;
  readonly object: CurrentObject | undefined;
  readonly row: ObjectRow;
}

const KEYS_AT_A_TIME = 100;

/** The rows of a consumer whose table knows no order of keys: looked up a hundred at a time. */
export class LookedUpRows {
  readonly route: Route;
  readonly table: RowTable;
  readonly #pipeline: Pipeline;
  #waiting: KeyToLookUp[] = [];
  /** Live rows of the keys that were looked up. */
  #live = 0;
  /** Keys of those among them whose object is gone. */
  readonly #gone = new Set<string>();

  constructor(pipeline: Pipeline, route: Route, table: RowTable) {
    this.#pipeline = pipeline;
    this.route = route;
    this.table = table;
  }

  get consumer(): string {
    return this.route.consumer.name;
  }

  /** @returns those that have been looked up by it, as a rule none */
  async add(one: KeyToLookUp): Promise<readonly LookedUp[]> {
    this.#waiting.push(one);
    return this.#waiting.length < KEYS_AT_A_TIME ? [] : await this.rest();
  }

  /** Looks up those that wait still. */
  async rest(): Promise<readonly LookedUp[]> {
    const asked = this.#waiting;
    this.#waiting = [];
    const rows = await rowsOf(
      this.#pipeline,
      this.table,
      asked.map(({ key }) => key),
    );
    return asked.map((one) => {
      const row = rows.get(one.key);
      if (row?.isDeleted === false) {
        this.#live++;
        if (one.marker?.isDeleteMarker !== false) this.#gone.add(one.key);
      }
      return row === undefined ? one : { ...one, row };
    });
  }

  /** Rows of keys that nothing else knows. Looked for one by one only when there are more live rows than were looked up. */
  async *ofNothing(signal: AbortSignal): AsyncGenerator<RowOfNothing> {
    let live = 0;
    for await (const row of allRows(this.#pipeline, this.table)) if (!row.isDeleted) live++;
    if (live === this.#live) return;
    for await (const row of allRows(this.#pipeline, this.table)) {
      if (signal.aborted) return;
      const { key } = row;
      if (row.isDeleted || this.#gone.has(key)) continue;
      const isWanted = reachOf([this.route], this.#pipeline, { key, isDeleted: true }) === 'wanted';
      const [version] = await versionsOf(this.#pipeline, key);
      if (isWanted && version?.isDeleteMarker === false) continue;
      const object = version === undefined ? undefined : { key, ...version };
      yield {
        found: isWanted ? 'present-but-gone' : 'foreign',
        consumer: this.consumer,
        key,
        object,
        row,
      };
    }
  }
}
