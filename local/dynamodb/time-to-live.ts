import { AwsError } from '../aws-error.ts';

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

/**
 * Deletes the items whose time to live is over. As in DynamoDB, an attribute that is not a number never expires.
 * Each is deleted only while it still has the expiry that was seen: a row that was written anew meanwhile stays.
 */
export async function expireItems(dynamoDb: DynamoDbCaller, options: ExpiringTable): Promise<void> {
  const { table, ttlAttribute, keyNames, nowMs } = options;
  const names = { '#ttl': ttlAttribute };
  let start: Item | undefined;
  do {
    const page = (await dynamoDb.call('Scan', {
      TableName: table,
      FilterExpression: 'attribute_type(#ttl, :number) AND #ttl < :now',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':number': { S: 'N' }, ':now': { N: String(Math.floor(nowMs / 1000)) } },
      ...(start !== undefined && { ExclusiveStartKey: start }),
    })) as ScanOutput;
    for (const item of page.Items ?? []) {
      const Key = Object.fromEntries(keyNames.map((name) => [name, item[name]]));
      await deleteUnchanged(dynamoDb, { TableName: table, Key }, names, item[ttlAttribute]);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

async function deleteUnchanged(
  dynamoDb: DynamoDbCaller,
  target: object,
  names: object,
  seen: unknown,
): Promise<void> {
  try {
    await dynamoDb.call('DeleteItem', {
      ...target,
      ConditionExpression: '#ttl = :seen',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':seen': seen },
    });
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
  }
}
