import { currentObjects, type CurrentObject } from '../objects/current-objects.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Partition, RowTable } from '../pipeline/row-table.ts';
import { merge } from './merge.ts';
import { orderedRows, type ObjectRow } from './object-rows.ts';

/** A table whose rows of the bucket are in the order of their keys. */
export interface OrderedTable {
  readonly consumer: string;
  readonly table: RowTable;
  readonly partition: Partition;
}

/** What bucket and ordered tables hold of a key; one of them holds something. */
export interface HeldKey {
  readonly key: string;
  /** Undefined where the bucket holds nothing, be it a delete marker. */
  readonly marker: CurrentObject | undefined;
  /** By consumer. */
  readonly rows: Readonly<Record<string, ObjectRow>>;
}

/**
 * Every key that the bucket or an ordered table knows, once, in constant memory however many there are: the bucket's listing
 * and the tables' sort keys are both in the order of the keys' bytes.
 *
 * @param objects in that order. @default the bucket's listing
 */
export function heldKeys(
  pipeline: Pipeline,
  tables: readonly OrderedTable[],
  prefix: string,
  objects: AsyncIterable<CurrentObject> = currentObjects(pipeline, { prefix }),
): AsyncIterable<HeldKey> {
  return tables.reduce<AsyncIterable<HeldKey>>(
    (held, { consumer, table, partition }) =>
      withRows(held, consumer, orderedRows(pipeline, table, partition, prefix)),
    listed(objects),
  );
}

async function* listed(objects: AsyncIterable<CurrentObject>): AsyncGenerator<HeldKey> {
  for await (const marker of objects) {
    yield { key: marker.key, marker, rows: {} };
  }
}

async function* withRows(
  held: AsyncIterable<HeldKey>,
  consumer: string,
  rows: AsyncIterable<ObjectRow>,
): AsyncGenerator<HeldKey> {
  for await (const { key, left, right } of merge(held, rows)) {
    yield {
      key,
      marker: left?.marker,
      rows: right === undefined ? (left?.rows ?? {}) : { ...left?.rows, [consumer]: right },
    };
  }
}
