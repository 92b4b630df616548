import { ListObjectVersionsCommand, type ListObjectVersionsCommandInput } from '@aws-sdk/client-s3';
import {
  BatchGetCommand,
  QueryCommand,
  ScanCommand,
  type BatchGetCommandInput,
  type QueryCommandInput,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { s3, tables } from './mocked-aws.ts';

/** What the mocked bucket holds of a key now. */
export interface HeldObject {
  readonly key: string;
  /** @default v1 */
  readonly versionId?: string;
  /** @default an ETag of its own for each version */
  readonly etag?: string;
  readonly isDeleteMarker?: boolean;
  /** @default 2026-11-01T00:00:00.000Z */
  readonly lastModified?: string;
}

export type HeldRow = Readonly<Record<string, unknown>>;

export const LONG_AGO = '2026-11-01T00:00:00.000Z';

/** The ingest bucket holds these, and the listing begins at a key's prefix as S3's does. */
export function bucketHolds(...objects: readonly HeldObject[]): void {
  s3.on(ListObjectVersionsCommand).callsFake(({ Prefix = '' }: ListObjectVersionsCommandInput) => {
    const found = objects
      .filter(({ key }) => key.startsWith(Prefix))
      .map(
        ({ key, versionId = 'v1', etag = `etag-${versionId}`, isDeleteMarker, lastModified = LONG_AGO }) => ({
          Key: encodeURIComponent(key),
          VersionId: versionId,
          IsLatest: true,
          LastModified: new Date(lastModified),
          isDeleteMarker,
          ...(isDeleteMarker !== true && { ETag: `"${etag}"`, Size: 3 }),
        }),
      );
    return {
      Versions: found.filter(({ isDeleteMarker }) => isDeleteMarker !== true),
      DeleteMarkers: found.filter(({ isDeleteMarker }) => isDeleteMarker === true),
    };
  });
}

/** Items of `all` behind the place that the last page ended at. */
function page(all: readonly HeldRow[], start: HeldRow | undefined, size: number) {
  const from = Number(start?.['at'] ?? 0);
  const Items = all.slice(from, from + size);
  return from + size < all.length ? { Items, LastEvaluatedKey: { at: from + size } } : { Items };
}

/** A table whose rows are in the order of their keys holds these, in the order given; a query answers so many at a time. */
export function queriesFind(table: string, rows: readonly HeldRow[], pageSize = 1_000): void {
  tables
    .on(QueryCommand, { TableName: table })
    .callsFake(({ ExpressionAttributeValues = {}, ExclusiveStartKey }: QueryCommandInput) => {
      const prefix = String(ExpressionAttributeValues[':prefix'] ?? '');
      const begun = rows.filter(({ object_key: key }) => String(key).startsWith(prefix));
      return page(begun, ExclusiveStartKey, pageSize);
    });
}

/** A table that is looked up key by key holds these, by `file_key`. */
export function lookUpsFind(table: string, rows: readonly HeldRow[], pageSize = 1_000): void {
  tables.on(BatchGetCommand).callsFake(({ RequestItems = {} }: BatchGetCommandInput) => {
    const keys = new Set(RequestItems[table]?.Keys?.map(({ file_key: key }) => key as unknown));
    return { Responses: { [table]: rows.filter(({ file_key: key }) => keys.has(key)) } };
  });
  tables
    .on(ScanCommand, { TableName: table })
    .callsFake(({ ExclusiveStartKey }: ScanCommandInput) => page(rows, ExclusiveStartKey, pageSize));
}
