import { BatchGetCommand, type BatchGetCommandInput } from '@aws-sdk/lib-dynamodb';
import { Backoff } from './backoff.ts';
import { CliError } from '../cli-error.ts';
import type { Pipeline } from './pipeline.ts';

type Row = Readonly<Record<string, unknown>>;
type Asked = NonNullable<BatchGetCommandInput['RequestItems']>[string];

/**
 * The rows of at most a hundred keys; those that have none are left out. What DynamoDB leaves unread for now
 * (`UnprocessedKeys`) is asked for again, a little later each time.
 *
 * @throws CliError when it leaves some unread to the end: they must not pass for rows that are not there
 */
export async function batchGet(
  { tables }: Pipeline,
  tableName: string,
  keys: readonly Record<string, unknown>[],
  parameters: Omit<Asked, 'Keys'> = {},
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const backoff = new Backoff();
  let left: Record<string, unknown>[] = [...keys];
  for (;;) {
    if (left.length === 0) return rows;
    const { Responses = {}, UnprocessedKeys = {} } = await tables.send(
      new BatchGetCommand({
        RequestItems: { [tableName]: { Keys: left, ConsistentRead: true, ...parameters } },
      }),
    );
    rows.push(...(Responses[tableName] ?? []));
    left = UnprocessedKeys[tableName]?.Keys ?? [];
    if (left.length > 0 && !(await backoff.next())) {
      throw new CliError(`DynamoDB left ${left.length} rows of ${tableName} unread, again and again`, {
        nextStep: 'wait a minute and run the same command again; nothing was taken for missing',
      });
    }
  }
}
