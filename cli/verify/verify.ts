import type { CurrentObject } from '../objects/current-objects.ts';
import {
  agreementOf,
  classOf,
  isAgreement,
  isFinding,
  lastChange,
  type Finding,
  type Judgement,
} from './finding.ts';
import { confirmedFinding } from './confirmed-finding.ts';
import { heldKeys, type HeldKey, type OrderedTable } from './held-keys.ts';
import { LookedUpRows, type KeyToLookUp } from './looked-up-rows.ts';
import { otherBuckets, type ObjectRow } from './object-rows.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { reachOf, routesOf, type Reach, type Route } from '../pipeline/routing.ts';
import { whySkippedThere } from '../pipeline/skipped-name.ts';
import { rowTableOf } from '../pipeline/row-table.ts';
import { toldStatus } from './told-status.ts';
import type { UndoneKeys } from '../fate/undone.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { verifyDocument } from './verify-document.ts';

/** What changed so shortly before may be on its way, unless the operator says otherwise. */
export const GRACE = { local: '5s', aws: '60s' } as const;

export interface VerifyOptions {
  readonly prefix: string;
  /** What every key held when an inventory was made; what differs from it is looked at again. @default the bucket's listing, now */
  readonly inventory?: AsyncIterable<CurrentObject> | undefined;
  /** What changed since then may be on its way still, and is not judged. */
  readonly judgedBefore: Date;
  /** No event can be of later than now. */
  readonly now: Date;
  /** What consumers have still to deal with, asked before; undefined where nobody can. */
  readonly undone: UndoneKeys | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: (compared: Compared) => void;
}

/** How much was looked at. */
export type Compared = DocumentOf<typeof verifyDocument>['compared'];

/** Objects of which a consumer keeps nothing, by the reason. */
export type Skipped = DocumentOf<typeof verifyDocument>['skipped'][number];

/** What a judgement is made of. */
interface Seen {
  readonly route: Route;
  readonly key: string;
  /** What the bucket holds, be it a delete marker. */
  readonly object: CurrentObject | undefined;
  readonly row: ObjectRow | undefined;
}

/** Compares what the bucket holds with the rows of every consumer that keeps rows. Changes nothing. */
export class Verification {
  readonly #pipeline: Pipeline;
  readonly #options: VerifyOptions;
  readonly #compared = { objects: 0, rows: 0, csvObjects: 0, pending: 0 };
  readonly #byConsumer: Record<string, number> = {};
  /** By consumer and reason. */
  readonly #skipped = new Map<string, Skipped>();
  #routes: readonly Route[] = [];
  #keys = 0;
  #told = 0;

  constructor(pipeline: Pipeline, options: VerifyOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
  }

  get compared(): Compared {
    return { ...this.#compared, byConsumer: this.#byConsumer };
  }

  /** Keys that the bucket or a table whose rows are in order knows. */
  get keys(): number {
    return this.#keys;
  }

  /** Objects that a rule lets through, and that its consumer keeps nothing of. */
  get skipped(): readonly Skipped[] {
    return [...this.#skipped.values()];
  }

  /** Rows that agree, and say that their consumer could make nothing of the object: counted as the findings come. */
  get told(): number {
    return this.#told;
  }

  async *findings(): AsyncGenerator<Finding> {
    const statuses = new Map(
      this.#pipeline.consumers.map((one) => [one.name, rowTableOf(this.#pipeline, one)?.index?.statuses]),
    );
    for await (const judgement of this.judgements()) {
      if (isFinding(judgement)) {
        const confirmed = await this.#confirmed(judgement);
        if (confirmed !== undefined) yield confirmed;
      } else if (toldStatus(judgement, statuses.get(judgement.consumer)) !== undefined) this.#told++;
    }
  }

  /** The finding; one against an inventory only if it is one now, too. */
  async #confirmed(finding: Finding): Promise<Finding | undefined> {
    const { inventory } = this.#options;
    const route = this.#routes.find(({ consumer }) => consumer.name === finding.consumer);
    const isOfBucket = finding.bucket === this.#pipeline.ingestBucket;
    if (inventory === undefined || route === undefined || !isOfBucket) return finding;
    return await confirmedFinding(this.#pipeline, route, finding, this.#options);
  }

  /** What every key came to at every consumer; what agrees too. */
  async *judgements(): AsyncGenerator<Judgement> {
    const { signal, onProgress, prefix, inventory } = this.#options;
    const routes = await routesOf(this.#pipeline, this.#pipeline.consumers);
    this.#routes = routes;
    const { ordered, lookedUp, rowless } = this.#sorted(routes);
    for await (const held of heldKeys(this.#pipeline, ordered, prefix, inventory)) {
      if (signal.aborted) return;
      this.#keys++;
      if (held.marker?.isDeleteMarker === false) this.#compared.objects++;
      for (const one of ordered) yield* this.#inOrder(one, held);
      for (const route of rowless) yield* this.#unread(route, held);
      for (const rows of lookedUp) yield* this.#lookedUp(rows, held);
      onProgress?.(this.compared);
    }
    for (const rows of lookedUp) for (const one of await rows.rest()) yield* this.#found(rows, one);
    if (prefix !== '') return;
    // against an old inventory every new row is one that nothing knows, and each would be asked for
    for (const rows of inventory === undefined ? lookedUp : []) {
      for await (const { found, ...seen } of rows.ofNothing(signal)) {
        yield* this.#judged(found, { ...seen, route: rows.route });
      }
    }
    for (const { consumer, table, partition } of ordered) {
      for (const { bucket, key } of await otherBuckets(this.#pipeline, table, partition)) {
        yield { class: 'foreign', consumer, bucket, key, object: null, row: null };
      }
    }
  }

  #sorted(routes: readonly Route[]) {
    const ordered: (OrderedTable & { readonly route: Route })[] = [];
    const lookedUp: LookedUpRows[] = [];
    const rowless: Route[] = [];
    for (const route of routes) {
      const table = rowTableOf(this.#pipeline, route.consumer);
      if (table === undefined) rowless.push(route);
      else {
        this.#byConsumer[route.consumer.name] = 0;
        const { partition } = table;
        if (partition === undefined) lookedUp.push(new LookedUpRows(this.#pipeline, route, table));
        else ordered.push({ consumer: route.consumer.name, route, table, partition });
      }
    }
    return { ordered, lookedUp, rowless };
  }

  *#inOrder(
    { consumer, table, route }: OrderedTable & { readonly route: Route },
    { key, marker, rows }: HeldKey,
  ): Generator<Judgement> {
    const [row, reach] = [rows[consumer], this.#reach(route, key, marker)];
    if (row !== undefined) this.#compared.rows++;
    const object = marker?.isDeleteMarker === false ? marker : undefined;
    if (object !== undefined && reach === 'wanted') this.#count(consumer);
    yield* this.#judged(classOf(object, row, reach, table.lack), { route, key, object: marker, row });
  }

  *#unread(route: Route, { key, marker }: HeldKey): Generator<Judgement> {
    const reach = this.#reach(route, key, marker);
    const seen = { route, key, object: marker, row: undefined };
    yield* this.#judged(reach === 'wanted' ? 'unread' : reach, seen);
  }

  async *#lookedUp(rows: LookedUpRows, { key, marker }: HeldKey): AsyncGenerator<Judgement> {
    const reach = this.#reach(rows.route, key, marker);
    if (reach === 'wanted') {
      for (const one of await rows.add({ key, marker })) yield* this.#found(rows, one);
    } else yield* this.#judged(reach, { route: rows.route, key, object: marker, row: undefined });
  }

  *#found({ consumer, route, table }: LookedUpRows, { key, marker, row }: KeyToLookUp & { row?: ObjectRow }) {
    const object = marker?.isDeleteMarker === false ? marker : undefined;
    if (object !== undefined) {
      if (table.lack === 'not-counted') this.#compared.csvObjects++;
      this.#count(consumer);
    }
    yield* this.#judged(classOf(object, row, 'wanted', table.lack), { route, key, object: marker, row });
  }

  #count(consumer: string): void {
    this.#byConsumer[consumer] = (this.#byConsumer[consumer] ?? 0) + 1;
  }

  #countSkipped(consumer: string, why: string): void {
    const { objects } = this.#skipped.get(`${consumer}\n${why}`) ?? { objects: 0 };
    this.#skipped.set(`${consumer}\n${why}`, { consumer, why, objects: objects + 1 });
  }

  #reach(route: Route, key: string, marker: CurrentObject | undefined): Reach {
    const object = marker?.isDeleteMarker === false ? marker : { key, isDeleted: true };
    return reachOf([route], this.#pipeline, object);
  }

  /** What is younger than the limit may be on its way. */
  *#judged(compared: Judgement['class'], { route, key, object, row }: Seen): Generator<Judgement> {
    const { now, judgedBefore } = this.#options;
    const found = agreementOf(compared, { object: object ?? null, row: row ?? null }, now);
    const { ingestBucket: bucket } = this.#pipeline;
    const consumer = route.consumer.name;
    const skipped =
      (found === 'skipped' || found === 'foreign') && this.#reach(route, key, object) === 'skipped'
        ? whySkippedThere(this.#pipeline, route, key)
        : undefined;
    if (found === 'skipped' && skipped !== undefined && object?.isDeleteMarker === false) {
      this.#countSkipped(consumer, skipped);
    }
    const finding = {
      consumer,
      bucket,
      key,
      object: object ?? null,
      row: row ?? null,
      ...(skipped !== undefined && { skipped }),
    };
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
    if (lastChange(object, row, now) > judgedBefore.getTime()) {
      this.#compared.pending++;
      yield { class: 'pending', ...finding };
      return;
    }
    yield { class: found, ...finding };
  }
}
