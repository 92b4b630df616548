import type { RowIndex } from '../../shared/row-index.ts';
import type { Consumer } from './consumer.ts';
import type { Pipeline } from './pipeline.ts';

/** A table with one row per object. */
export interface RowTable {
  readonly tableName: string;
  /** Attribute of the primary key that holds the object's key. */
  readonly objectKeyAttribute: string;
  /** The primary key of an object's row. */
  readonly keyOf: (objectKey: string) => Record<string, string>;
  readonly objectKeyOf: (row: Readonly<Record<string, unknown>>) => string;
  /** Set when all rows of the bucket lie in one partition, in the order of their keys. */
  readonly partition: Partition | undefined;
  /** What an object without a row of its current version is called, where `missing` and `stale` say too little. */
  readonly lack: 'not-counted' | undefined;
  /** Finds rows by their status; its sort key is `objectKeyAttribute`. */
  readonly index: RowIndex | undefined;
  /** What stands before the object's key in that attribute; as a rule nothing. */
  readonly keyLead: string;
}

/** Where the bucket's rows are. */
export interface Partition {
  readonly attribute: string;
  readonly value: string;
  readonly sortKey: string;
  /** Before each object's key in the sort key; as a rule nothing. */
  readonly sortKeyPrefix: string;
}

/** Where the consumer keeps its rows; undefined for one that keeps none. @throws CliError when the stack does not say */
export function rowTableOf(pipeline: Pipeline, consumer: Consumer): RowTable | undefined {
  const keeps = pipeline.keepsOf(consumer);
  if (keeps === 'nothing' || !('rows' in keeps)) return undefined;
  const { table, key, lack, index } = keeps.rows;
  const templates = Object.entries(key).map(([attribute, template]) => {
    const [before = '', after] = template.replaceAll('{bucket}', pipeline.ingestBucket).split('{key}');
    return { attribute, before, after };
  });
  const [first, second] = templates;
  const {
    attribute: objectKeyAttribute = '',
    before: lead = '',
    after: tail = '',
  } = templates.find(({ after }) => after !== undefined) ?? {};
  return {
    tableName: pipeline.tableName(table),
    objectKeyAttribute,
    keyOf: (objectKey) =>
      Object.fromEntries(
        templates.map(({ attribute, before, after }) => [
          attribute,
          after === undefined ? before : `${before}${objectKey}${after}`,
        ]),
      ),
    objectKeyOf: (row) =>
      String(row[objectKeyAttribute]).slice(lead.length, tail === '' ? undefined : -tail.length),
    partition:
      first !== undefined && second !== undefined && first.after === undefined && second.after === ''
        ? {
            attribute: first.attribute,
            value: first.before,
            sortKey: second.attribute,
            sortKeyPrefix: second.before,
          }
        : undefined,
    lack,
    index,
    keyLead: lead,
  };
}
