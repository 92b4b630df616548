import { isDeepStrictEqual } from 'node:util';
import { pause } from '../../shared/pause.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { IndexPlan, TablePlan } from '../plan.ts';
import type { DynamoDbCaller } from './time-to-live.ts';

/** A table in the data folder has another primary key than the template's, or another index of the same name. */
export class TableMismatchError extends Error {
  override readonly name = 'TableMismatchError';
}

interface TableDescription {
  readonly TableStatus: string;
  readonly KeySchema: unknown;
  readonly GlobalSecondaryIndexes?: readonly (IndexPlan & { readonly IndexStatus: string })[];
}

/** An index that was added to a table, or taken from it. */
export interface IndexChange {
  readonly index: string;
  readonly how: 'added' | 'removed';
}

const LOOK_AGAIN_MS = 2;

/**
 * Makes the table unless it is there, and gives one that is there the indexes of the template: rows that are there come into a
 * new one. Its items stay. No request may come meanwhile.
 *
 * @throws TableMismatchError when what is there cannot become what the template says
 */
export async function provisionTable(
  store: DynamoDbCaller,
  table: TablePlan,
): Promise<readonly IndexChange[]> {
  const { name, keySchema, attributeDefinitions, indexes = [] } = table;
  if ((await described(store, name)) === undefined) {
    await store.call('CreateTable', {
      TableName: name,
      KeySchema: keySchema,
      AttributeDefinitions: attributeDefinitions,
      BillingMode: 'PAY_PER_REQUEST',
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
    });
  }
  const kept = await whenActive(store, name);
  if (JSON.stringify(kept.KeySchema) !== JSON.stringify(keySchema)) {
    throw new TableMismatchError(
      `table ${name} is kept with the key ${JSON.stringify(kept.KeySchema)}, the template has ${JSON.stringify(keySchema)}; start with --fresh to empty the data folder`,
    );
  }
  const { GlobalSecondaryIndexes: before = [] } = kept;
  for (const index of indexes) refuseOther(name, index, before);
  // one that a process was killed over is asked for again
  const unfinished = before
    .filter(({ IndexStatus }) => IndexStatus !== 'ACTIVE')
    .map(({ IndexName }) => IndexName);
  const gone = before.filter(({ IndexName }) => !indexes.some((one) => one.IndexName === IndexName));
  const added = indexes.filter(
    ({ IndexName }) => unfinished.includes(IndexName) || !before.some((one) => one.IndexName === IndexName),
  );
  for (const { IndexName } of gone) {
    await store.call('UpdateTable', {
      TableName: name,
      GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }],
    });
  }
  for (const index of added) await addIndex(store, table, index);
  return [
    ...gone.map(({ IndexName }): IndexChange => ({ index: IndexName, how: 'removed' })),
    ...added.map(({ IndexName }): IndexChange => ({ index: IndexName, how: 'added' })),
  ];
}

/** @throws TableMismatchError as CloudFormation does: an index is what it was made as */
function refuseOther(table: string, planned: IndexPlan, before: readonly IndexPlan[]): void {
  const kept = before.find(({ IndexName }) => IndexName === planned.IndexName);
  if (kept === undefined || isDeepStrictEqual(madeOf(kept), madeOf(planned))) return;
  throw new TableMismatchError(
    `index ${planned.IndexName} of table ${table} is kept as ${JSON.stringify(madeOf(kept))}, the template has ${JSON.stringify(madeOf(planned))}; AWS changes no index either: give it another name`,
  );
}

const madeOf = ({ KeySchema, Projection: { ProjectionType, NonKeyAttributes = [] } }: IndexPlan) => ({
  KeySchema: KeySchema.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType })),
  ProjectionType,
  NonKeyAttributes: NonKeyAttributes.toSorted(),
});

/** As in AWS, a table takes requests some time after the answer that it is made. */
async function whenActive(store: DynamoDbCaller, name: string): Promise<TableDescription> {
  for (;;) {
    const table = await described(store, name);
    if (table?.TableStatus === 'ACTIVE') return table;
    await pause(LOOK_AGAIN_MS);
  }
}

/** Asks until the index is whole: a process that was killed over it is followed by one that has not begun. */
async function addIndex(
  store: DynamoDbCaller,
  { name, attributeDefinitions }: TablePlan,
  index: IndexPlan,
): Promise<void> {
  for (;;) {
    const { TableDescription: table } = (await store.call('UpdateTable', {
      TableName: name,
      AttributeDefinitions: attributeDefinitions.filter(({ AttributeName }) =>
        index.KeySchema.some((key) => key.AttributeName === AttributeName),
      ),
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    })) as { TableDescription: TableDescription };
    const made = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index.IndexName);
    if (made?.IndexStatus === 'ACTIVE') return;
    await pause(LOOK_AGAIN_MS);
  }
}

async function described(store: DynamoDbCaller, name: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = (await store.call('DescribeTable', { TableName: name })) as { Table: TableDescription };
    return Table;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
