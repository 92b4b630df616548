import type { AnyBucket } from './any-bucket.ts';
import type { AnyTable } from './any-table.ts';
import { encryptedBucket, encryptedTable, type Encrypted } from './key-grants.ts';
import type { ConsumerDefinition, Stores } from './consumer-definition.ts';

/** What all consumers read from and write to. */
export interface PipelineStores {
  readonly ingestBucket: AnyBucket;
  readonly outputBucket: AnyBucket;
  /** By the output that holds its name, without the pipeline's id: `UploadMetadataTableName` */
  readonly tables: ReadonlyMap<string, AnyTable>;
}

/** What encrypts each of them. */
export const encryptedStores = ({ ingestBucket, outputBucket, tables }: PipelineStores): Encrypted[] => [
  encryptedBucket(ingestBucket),
  encryptedBucket(outputBucket),
  ...[...tables.values()].map(encryptedTable),
];

/** The stores of one consumer. */
export function storesOf(
  { name, keeps }: Pick<ConsumerDefinition, 'name' | 'keeps'>,
  { ingestBucket, outputBucket, tables }: PipelineStores,
): Stores {
  return {
    ingestBucket,
    outputBucket,
    get table(): AnyTable {
      if (keeps === 'nothing' || !('rows' in keeps)) {
        throw new Error(`consumer ${name}: it asks for its table, and its keeps names none; say rows there`);
      }
      const table = tables.get(keeps.rows.table);
      if (table === undefined) {
        throw new Error(
          `consumer ${name}: its keeps names the table of the output ${keeps.rows.table}, and the pipeline has ${[...tables.keys()].join(', ')}; name one of these, or give it an ownTable`,
        );
      }
      return table;
    },
  };
}
