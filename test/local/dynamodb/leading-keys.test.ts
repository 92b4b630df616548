import { describe, expect, test } from 'vitest';
import { leadingKeys } from '../../../local/dynamodb/leading-keys.ts';
import type { TablePlan } from '../../../local/plan.ts';

const TABLE: TablePlan = {
  name: 'rows',
  arn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/rows',
  keySchema: [
    { AttributeName: 'bucket', KeyType: 'HASH' },
    { AttributeName: 'object_key', KeyType: 'RANGE' },
  ],
  attributeDefinitions: [],
  indexes: [
    {
      IndexName: 'ByStatus',
      KeySchema: [{ AttributeName: 'status', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
const row = (bucket: string) => ({ bucket: { S: bucket }, object_key: { S: 'k' } });

describe('the leading keys', () => {
  test.each<[operation: string, input: object, keys: readonly string[] | undefined]>([
    ['PutItem', { Item: row('a') }, ['a']],
    ['GetItem', { Key: row('a') }, ['a']],
    ['UpdateItem', { Key: row('a') }, ['a']],
    ['DeleteItem', { Key: { bucket: { N: '7' } } }, ['7']],
    ['PutItem', { Item: { object_key: { S: 'k' } } }, ['']],
    ['PutItem', { Key: row('a') }, ['']],
    ['BatchGetItem', { RequestItems: { rows: { Keys: [row('a'), row('b')] } } }, ['a', 'b']],
    [
      'BatchGetItem',
      { RequestItems: { [TABLE.arn]: { Keys: [row('a')] }, other: { Keys: [row('b')] } } },
      ['a'],
    ],
    [
      'BatchWriteItem',
      { RequestItems: { rows: [{ PutRequest: { Item: row('a') } }, { DeleteRequest: { Key: row('b') } }] } },
      ['a', 'b'],
    ],
    [
      'Query',
      {
        KeyConditionExpression: '#b = :b AND begins_with(object_key, :k)',
        ExpressionAttributeNames: { '#b': 'bucket' },
        ExpressionAttributeValues: { ':b': { S: 'a' }, ':k': { S: 'x' } },
      },
      ['a'],
    ],
    [
      'Query',
      { KeyConditionExpression: '(:b=bucket)', ExpressionAttributeValues: { ':b': { S: 'a' } } },
      ['a'],
    ],
    [
      'Query',
      {
        KeyConditionExpression: 'bucket = :a AND bucket = :b',
        ExpressionAttributeValues: { ':a': { S: 'a' }, ':b': { S: 'b' } },
      },
      [''],
    ],
    [
      'Query',
      { KeyConditions: { bucket: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'a' }] } } },
      ['a'],
    ],
    [
      'Query',
      {
        IndexName: 'ByStatus',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'status' },
        ExpressionAttributeValues: { ':s': { S: 'bad' } },
      },
      ['bad'],
    ],
    ['Query', {}, ['']],
    ['Scan', {}, undefined],
    ['DescribeTable', {}, undefined],
  ])('of %s %j are %j', (operation, input, keys) => {
    expect(leadingKeys(operation, TABLE, input as Record<string, unknown>)).toEqual(keys);
  });
});
