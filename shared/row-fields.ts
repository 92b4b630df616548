/**
 * Attributes that `functions/rows/write-row.ts` writes into every row, beside what the consumer has found out, and that the
 * command line reads. Times are in ISO 8601.
 *
 *     {"event_name":"ObjectCreated:Put","event_time":"2026-11-20T11:00:00Z","sequencer":"0066F0A1B2C3D4E5F6","revision":1,
 *      "version_id":"3HL4…","etag":"9b2c…","request_id":"N4N7GDK58NMKJ12R","deleted":false}
 */
export interface RowFields {
  readonly event_name: string;
  readonly event_time: string;
  /** Absent where no event of S3 has spoken. */
  readonly sequencer: string | undefined;
  /** Version of the consumer's core. */
  readonly revision: number;
  readonly version_id: string | undefined;
  readonly etag: string | undefined;
  /** A tombstone: the object is gone. */
  readonly deleted: boolean;
  /** When the tombstone may go, in seconds since 1970; of tombstones alone. */
  readonly expires_at: number | undefined;
  /**
   * The request to S3 that changed the object, as S3 answered it in `x-amz-request-id`: the one name that the uploader, the events, the
   * logs, the rows and the ledger's lines have for a change. Absent for a backfill.
   */
  readonly request_id: string | undefined;
  /** What a backfill saw the object by, and when a repair looked. */
  readonly last_modified: string | undefined;
  readonly observed_at: string | undefined;
}

/** A row that was read, of which nothing is known before it is looked at. */
export type StoredRow = { readonly [Field in keyof RowFields]?: unknown };
