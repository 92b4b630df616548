import type { TablePlan } from '../plan.ts';

type Json = Readonly<Record<string, unknown>>;

/** In place of a partition key that the request does not give as it must: equal to none that a policy names. */
const NONE = '';

/**
 * The partition keys that a request is about, which the condition key `dynamodb:LeadingKeys` stands for; undefined for a request
 * that goes over all of them. A request that the table store will refuse has a key that no policy names.
 *
 *     leadingKeys('PutItem', table, { TableName: 'rows', Item: { bucket: { S: 'uploads' } } })   ['uploads']
 *     leadingKeys('Scan', table, { TableName: 'rows' })                                          undefined
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function leadingKeys(operation: string, table: TablePlan, input: Json): readonly string[] | undefined {
  const partitionKey = partitionKeyOf(table, operation === 'Query' ? input['IndexName'] : undefined);
  const keyIn = (item: unknown): string => textOf(fields(item)[partitionKey]);
  switch (operation) {
    case 'PutItem':
      return [keyIn(input['Item'])];
    case 'GetItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [keyIn(input['Key'])];
    case 'BatchGetItem':
      return named(table, input)
        .flatMap((asked) => listOf(fields(asked)['Keys']))
        .map(keyIn);
    case 'BatchWriteItem':
      return named(table, input)
        .flatMap(listOf)
        .map((write) => {
          const { PutRequest: put, DeleteRequest: remove } = fields(write);
          return keyIn(put === undefined ? fields(remove)['Key'] : fields(put)['Item']);
        });
    case 'Query':
      return [queriedKey(partitionKey, input)];
    default:
      return undefined;
  }
}

/** What a batch asks of the table, which it may name by its ARN. */
function named({ name, arn }: TablePlan, input: Json): readonly unknown[] {
  const items = fields(input['RequestItems']);
  return [name, arn].flatMap((one) => (Object.hasOwn(items, one) ? [items[one]] : []));
}

function partitionKeyOf({ keySchema, indexes = [] }: TablePlan, index: unknown): string {
  const schema = indexes.find(({ IndexName }) => IndexName === index)?.KeySchema ?? keySchema;
  return schema.find(({ KeyType }) => KeyType === 'HASH')!.AttributeName;
}

/** The one partition key that a query names, by equality: in `#bucket = :bucket AND …`, or in the older `KeyConditions`. */
function queriedKey(partitionKey: string, input: Json): string {
  const expression = input['KeyConditionExpression'];
  if (typeof expression !== 'string') {
    return textOf(listOf(fields(fields(input['KeyConditions'])[partitionKey])['AttributeValueList'])[0]);
  }
  const names = fields(input['ExpressionAttributeNames']);
  const values = fields(input['ExpressionAttributeValues']);
  const equalities = [...expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)|(:\w+)\s*=\s*([#\w.-]+)/g)].map(
    ([, name, value, valueFirst, nameLast]) => ({ name: name ?? nameLast!, value: value ?? valueFirst! }),
  );
  const ofKey = equalities.filter(({ name }) => (names[name] ?? name) === partitionKey);
  // with several, which one the table store goes by is not for a policy to guess
  return ofKey.length === 1 ? textOf(values[ofKey[0]!.value]) : NONE;
}

/** The text of an attribute value: `{ "S": "uploads" }` → uploads */
function textOf(value: unknown): string {
  const { S: text, N: number, B: bytes } = fields(value);
  const one = text ?? number ?? bytes;
  return typeof one === 'string' ? one : NONE;
}

const fields = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
