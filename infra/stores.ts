import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ConsumerDefinition, Stores } from './consumer-definition.ts';

/** What all consumers read from and write to. */
export interface PipelineStores {
  readonly ingestBucket: Bucket;
  readonly outputBucket: Bucket;
  /** By the stack's output that holds its name: `UploadMetadataTableName` */
  readonly tables: ReadonlyMap<string, Table>;
}

/** The stores of one consumer. */
export function storesOf(
  { name, keeps }: Pick<ConsumerDefinition, 'name' | 'keeps'>,
  { ingestBucket, outputBucket, tables }: PipelineStores,
): Stores {
  return {
    ingestBucket,
    outputBucket,
    get table(): Table {
      if (keeps === 'nothing' || !('rows' in keeps)) {
        throw new Error(`consumer ${name}: it asks for its table, and its keeps names none; say rows there`);
      }
      const table = tables.get(keeps.rows.table);
      if (table === undefined) {
        throw new Error(
          `consumer ${name}: its keeps names the table of the output ${keeps.rows.table}, and the stack has ${[...tables.keys()].join(', ')}; name one of these, or give it an ownTable`,
        );
      }
      return table;
    },
  };
}
