import type { AnyTable } from './any-table.ts';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { pascalCase } from '../shared/pascal-case.ts';
import type { ConsumerDefinition } from './consumer-definition.ts';
import { ObjectTable } from './constructs/object-table.ts';
import type { Stage } from './stage.ts';

export interface PipelineTablesProps {
  readonly consumers: readonly ConsumerDefinition[];
  /** Tables that are there already, by the output that is to hold the name of each: `UploadMetadataTableName`. */
  readonly given: Readonly<Record<string, AnyTable>>;
  readonly stage: Stage;
  /** @default a key of DynamoDB's */
  readonly encryptionKey: IKey | undefined;
}

/**
 * The tables that the consumers ask for, and those that are given in their place, by the output that holds the name of each.
 *
 * @throws Error naming a table that is given and that no consumer keeps rows in
 */
export function pipelineTables(
  scope: Construct,
  { consumers, given, stage, encryptionKey }: PipelineTablesProps,
): ReadonlyMap<string, AnyTable> {
  const kept = consumers.flatMap(({ keeps }) => (keeps !== 'nothing' && 'rows' in keeps ? [keeps.rows] : []));
  const unknown = Object.keys(given).find((output) => kept.every(({ table }) => table !== output));
  if (unknown !== undefined) {
    throw new Error(
      `pipeline ${scope.node.id}: tables names ${unknown}, and no consumer keeps rows there; write ${kept.length === 0 ? 'none' : `one of ${kept.map(({ table }) => table).join(', ')}`}`,
    );
  }
  const made = consumers.flatMap(({ name, ownTable }): [string, AnyTable][] => {
    if (ownTable === undefined) return [];
    const { id = `${pascalCase(name)}Table`, ...key } = ownTable;
    const output = id.endsWith('Table') ? `${id}Name` : `${id}TableName`;
    if (output in given) return [];
    const table = new ObjectTable(scope, id, { ...key, stage, encryptionKey });
    const rows = kept.find(({ table }) => table === output);
    if (rows !== undefined) table.addRowIndex(rows);
    return [[output, table]];
  });
  return new Map([...made, ...Object.entries(given)]);
}
