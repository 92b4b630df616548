import type { Consumer, Pipeline } from './pipeline.ts';

/** A table with one row per object. */
export interface RowTable {
  readonly tableName: string;
  /** The primary key of an object's row. */
  readonly keyOf: (objectKey: string) => Record<string, string>;
  readonly objectKeyOf: (row: Readonly<Record<string, unknown>>) => string;
}

/** Where the consumer keeps its rows; undefined for one that keeps none, or whose table this program does not know. */
export function rowTableOf(
  { ingestBucket, uploadMetadataTable, processedFilesTable }: Pipeline,
  { name }: Consumer,
): RowTable | undefined {
  if (name === 'metadata-writer') {
    return {
      tableName: uploadMetadataTable,
      keyOf: (objectKey) => ({ bucket: ingestBucket, object_key: objectKey }),
      objectKeyOf: (row) => String(row['object_key']),
    };
  }
  if (name === 'csv-row-counter') {
    return {
      tableName: processedFilesTable,
      keyOf: (objectKey) => ({ file_key: objectKey }),
      objectKeyOf: (row) => String(row['file_key']),
    };
  }
  return undefined;
}
