import { QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { concurrently } from '../../shared/concurrency.ts';
import { indexPartitions } from '../../shared/index-partition.ts';
import type { RowIndex } from '../../shared/row-index.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { RowTable } from '../pipeline/row-table.ts';
import { compareUtf8 } from './utf8-order.ts';

/** A table that can be asked for its rows by their status. */
export interface IndexedTable {
  readonly consumer: string;
  readonly table: RowTable;
  readonly index: RowIndex;
}

/** A key that an index shows. What its row says now is to be looked up: the index follows the table a moment later. */
export interface IndexedKey {
  readonly key: string;
  readonly of: IndexedTable;
}

export interface IndexQuestion {
  readonly statuses: readonly string[];
  /** What the objects' keys begin with. */
  readonly prefix: string;
  readonly signal: AbortSignal;
}

const AT_A_TIME = 32;
/** So many keys of each partition are in memory, of up to some thousand partitions. */
const KEYS_OF_A_PARTITION = 50;

/** Keys of an index in the order of their UTF-8 bytes, a page in memory at a time. */
class KeySource {
  readonly of: IndexedTable;
  readonly #next: (start: Place | undefined) => Promise<Page>;
  #keys: readonly string[] = [];
  #taken = 0;
  #start: Place | undefined;
  #isRead = false;

  constructor(of: IndexedTable, next: (start: Place | undefined) => Promise<Page>) {
    this.of = of;
    this.#next = next;
  }

  /** The first that was not taken; undefined when none is left. */
  get first(): string | undefined {
    return this.#keys[this.#taken];
  }

  take(): void {
    this.#taken++;
  }

  /** To be called before the first key is asked for, and after each that is taken. */
  async fill(): Promise<void> {
    while (this.first === undefined && !this.#isRead) {
      const { keys, next } = await this.#next(this.#start);
      this.#keys = keys;
      this.#taken = 0;
      this.#start = next;
      this.#isRead = next === undefined;
    }
  }
}

type Place = Readonly<Record<string, unknown>>;

interface Page {
  readonly keys: readonly string[];
  /** Where the next one begins; undefined when this is the last. */
  readonly next: Place | undefined;
}

/** One partition of an index. */
async function partitionPage(
  { tables }: Pipeline,
  { table, index }: IndexedTable,
  { partition, prefix, start }: { partition: string; prefix: string; start: Place | undefined },
): Promise<Page> {
  const begins = table.keyLead + prefix;
  const { Items = [], LastEvaluatedKey: next } = await tables.send(
    new QueryCommand({
      TableName: table.tableName,
      IndexName: index.name,
      Limit: KEYS_OF_A_PARTITION,
      KeyConditionExpression:
        begins === '' ? '#status = :status' : '#status = :status AND begins_with(#key, :prefix)',
      ProjectionExpression: '#key',
      ExpressionAttributeNames: { '#status': index.attribute, '#key': table.objectKeyAttribute },
      ExpressionAttributeValues: { ':status': partition, ...(begins !== '' && { ':prefix': begins }) },
      ...(start !== undefined && { ExclusiveStartKey: start }),
    }),
  );
  return { keys: Items.map((item) => table.objectKeyOf(item)), next };
}

/** All keys of an index that is so small that one page holds it, which is as a rule; undefined for another. */
async function wholeIndex(
  { tables }: Pipeline,
  { table, index }: IndexedTable,
  { statuses, prefix }: IndexQuestion,
): Promise<readonly string[] | undefined> {
  const { Items = [], LastEvaluatedKey } = await tables.send(
    new ScanCommand({
      TableName: table.tableName,
      IndexName: index.name,
      ProjectionExpression: '#status, #key',
      ExpressionAttributeNames: { '#status': index.attribute, '#key': table.objectKeyAttribute },
    }),
  );
  if (LastEvaluatedKey !== undefined) return undefined;
  const asked = new Set(statuses.flatMap(indexPartitions));
  return Items.filter((item) => asked.has(String(item[index.attribute])))
    .map((item) => table.objectKeyOf(item))
    .filter((key) => key.startsWith(prefix))
    .toSorted(compareUtf8);
}

/** A source for a small index, and one for each partition of a large one. */
async function sourcesOf(
  pipeline: Pipeline,
  of: IndexedTable,
  question: IndexQuestion,
): Promise<readonly KeySource[]> {
  const whole = await wholeIndex(pipeline, of, question);
  if (whole !== undefined) return [new KeySource(of, async () => ({ keys: whole, next: undefined }))];
  return of.index.statuses
    .filter((status) => question.statuses.includes(status))
    .flatMap(indexPartitions)
    .map(
      (partition) =>
        new KeySource(of, (start) =>
          partitionPage(pipeline, of, { partition, prefix: question.prefix, start }),
        ),
    );
}

/**
 * The keys whose rows have one of these statuses, in the order of their UTF-8 bytes, each once a table. A large index is read
 * by its partitions, a few hundred for each status, and these are merged.
 */
export async function* indexedKeys(
  pipeline: Pipeline,
  indexed: readonly IndexedTable[],
  question: IndexQuestion,
): AsyncGenerator<IndexedKey> {
  const { signal } = question;
  const sources = (await Promise.all(indexed.map((of) => sourcesOf(pipeline, of, question)))).flat();
  await concurrently(sources, AT_A_TIME, async (source) => {
    if (!signal.aborted) await source.fill();
  });
  const waiting = sources.filter(({ first }) => first !== undefined).toSorted(byFirst);
  let last: IndexedKey | undefined;
  for (let least = waiting.shift(); least !== undefined && !signal.aborted; least = waiting.shift()) {
    const { first: key = '', of } = least;
    // a row whose status has just changed may stand under both
    if (last?.key !== key || last.of !== of) yield { key, of };
    last = { key, of };
    least.take();
    await least.fill();
    if (least.first !== undefined) waiting.splice(placeOf(waiting, least), 0, least);
  }
}

const byFirst = (left: KeySource, right: KeySource): number =>
  compareUtf8(left.first ?? '', right.first ?? '');

/** Where it belongs among those that are in order. */
function placeOf(ordered: readonly KeySource[], one: KeySource): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byFirst(ordered[middle]!, one) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
