import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { batchGet } from '../../../cli/pipeline/batch-get.ts';
import { pipelineInAws, resetMocks, tables } from '../../support/mocked-aws.ts';

beforeEach(() => {
  resetMocks();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const keys = ['a', 'b', 'c'].map((id) => ({ id }));
const asked = () =>
  tables
    .commandCalls(BatchGetCommand)
    .map(({ args: [{ input }] }) => input.RequestItems?.['rows']?.Keys?.map(({ id }) => id as string));

describe('rows that are asked for together', () => {
  test('are asked for again when DynamoDB leaves some unread, those alone', async () => {
    tables
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { rows: [keys[0]!] }, UnprocessedKeys: { rows: { Keys: keys.slice(1) } } })
      .resolvesOnce({ Responses: { rows: [keys[2]!] } });

    const reading = batchGet(pipelineInAws(), 'rows', keys);
    await vi.advanceTimersByTimeAsync(200);

    expect(await reading).toEqual([{ id: 'a' }, { id: 'c' }]);
    expect(asked()).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  test('that stay unread are an error after six tries, and never rows that are not there', async () => {
    tables.on(BatchGetCommand).resolves({ UnprocessedKeys: { rows: { Keys: keys } } });

    const reading = batchGet(pipelineInAws(), 'rows', keys).catch((error: unknown) => error);
    // 200, 400, 800, 1,600 and 3,200 ms between them
    await vi.advanceTimersByTimeAsync(6_200);

    expect(await reading).toMatchObject({
      message: 'DynamoDB left 3 rows of rows unread, again and again',
    });
    expect(asked()).toHaveLength(6);
  });

  test('are none when there is no key', async () => {
    expect(await batchGet(pipelineInAws(), 'rows', [])).toEqual([]);
    expect(asked()).toEqual([]);
  });
});
