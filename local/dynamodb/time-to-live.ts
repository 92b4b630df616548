import { AwsError } from '../protocols/aws-error.ts';
import { pausedSince } from '../time/saved-clock.ts';
import type { Store } from '../store.ts';

/** Calls an operation of DynamoDB with its low-level JSON. */
export interface DynamoDbCaller {
  call(operation: string, input: object): Promise<unknown>;
}

export interface ExpiringTable {
  readonly table: string;
  readonly ttlAttribute: string;
  /** The names of its primary key. */
  readonly keyNames: readonly string[];
  readonly nowMs: number;
}

type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface ScanOutput {
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

const DAY_MS = 86_400_000;

const seconds = (ms: number) => ({ N: String(Math.floor(ms / 1_000)) });

/**
 * Deletes the items whose time to live is over. As in DynamoDB, an attribute that is not a number never expires.
 * Each is deleted only while it still has the expiry that was seen: a row that was written anew meanwhile stays.
 *
 * The time of the item is one of the wall clock, written when nobody knew of the pauses to come. So an item lives on by as
 * long as the runtime was off or asleep since it was written, which is at most a longest lifetime before its end.
 *
 * @returns how many it has deleted
 */
export async function expireItems(
  dynamoDb: DynamoDbCaller,
  store: Store,
  { table, ttlAttribute, keyNames, nowMs }: ExpiringTable,
): Promise<number> {
  const names = { '#ttl': ttlAttribute };
  const endMs = (item: Item) => Number(item[ttlAttribute]?.['N']) * 1_000;
  let longestMs = longestLifetimeMs(store, table);
  const over: Item[] = [];
  let start: Item | undefined;
  do {
    const page = (await dynamoDb.call('Scan', {
      TableName: table,
      // without parentheses, which the table store parses slowly
      FilterExpression:
        'attribute_type(#ttl, :number) AND #ttl < :now OR attribute_type(#ttl, :number) AND #ttl > :far',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: {
        ':number': { S: 'N' },
        ':now': seconds(nowMs),
        ':far': seconds(nowMs + longestMs),
      },
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })) as ScanOutput;
    for (const item of page.Items ?? []) {
      if (endMs(item) < nowMs) over.push(item);
      else longestMs = Math.max(longestMs, endMs(item) - nowMs);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  keepLongestLifetime(store, table, longestMs);
  let deleted = 0;
  for (const item of over) {
    if (nowMs <= endMs(item) + pausedSince(store, endMs(item) - longestMs)) continue;
    const Key = Object.fromEntries(keyNames.map((name) => [name, item[name]]));
    if (await deleteUnchanged(dynamoDb, { TableName: table, Key }, names, item[ttlAttribute])) deleted++;
  }
  return deleted;
}

/** More than any item of the table was seen to have before it; generous, since a row that lives on for longer does no harm. */
function longestLifetimeMs(store: Store, table: string): number {
  const row = store
    .prepare('SELECT longest_ms AS longestMs FROM expiring_table WHERE name = ?')
    .get(table) as { longestMs: number } | undefined;
  return row?.longestMs ?? 400 * DAY_MS;
}

/** A day is added: what is seen was written up to an hour before. */
function keepLongestLifetime(store: Store, table: string, seenMs: number): void {
  if (seenMs <= longestLifetimeMs(store, table)) return;
  const longestMs = Math.min(seenMs + DAY_MS, Number.MAX_SAFE_INTEGER);
  store
    .prepare('INSERT OR REPLACE INTO expiring_table (name, longest_ms) VALUES (?, ?)')
    .run(table, longestMs);
}

async function deleteUnchanged(
  dynamoDb: DynamoDbCaller,
  target: object,
  names: object,
  seen: unknown,
): Promise<boolean> {
  try {
    await dynamoDb.call('DeleteItem', {
      ...target,
      ConditionExpression: '#ttl = :seen',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':seen': seen },
    });
    return true;
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
    return false;
  }
}
