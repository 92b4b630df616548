import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { stateAfter } from '../../shared/object-event/current-state.ts';
import type { CountFields, OutcomeFields } from '../../shared/log-fields.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { documentClient } from '../rows/document-client.ts';
import { isSupersededBy, writeRow, type RowAttributes, type RowTable } from '../rows/write-row.ts';
import type { Outcome, RecordContext } from '../batch/sqs-batch.ts';
import { countObject, REVISION } from './count-object.ts';

export interface RowCounterOptions {
  readonly table: RowTable;
  readonly s3: S3Client;
  /** What separates the fields of objects whose metadata does not say. */
  readonly delimiter: string;
}

/**
 * Keeps one row per CSV object: how many rows it has, why it could not be counted, or that it is gone.
 *
 *     {
 *       "file_key": "csv/orders.csv", "bucket": "sluice-ingest", "status": "counted",
 *       "row_count": 4, "blank_rows": 0, "columns": ["id", "name"], "column_count": 2, "delimiter": ",",
 *       "size_bytes": 40, "bytes_counted": 40, "duration_ms": 12, "processed_at": "2026-11-20T07:00:01.250Z", …
 *     }
 *
 * Its rule lets every key under `csv/` through; what is no CSV by its name the batch edge skips. An event that the row already shows is superseded before S3 is asked, so that a replay of everything reads nothing.
 */
export function rowCounter({ table, s3, delimiter }: RowCounterOptions) {
  return async (event: ObjectEvent, context: RecordContext): Promise<Outcome> => {
    const state = stateAfter(event);
    if (state === undefined) return 'skipped';
    const key = { file_key: event.key };
    let content: RowAttributes = {};
    if (state === 'present') {
      if (isSupersededBy(await storedRow(table, key), event, REVISION)) {
        return 'superseded';
      }
      const { signal } = context;
      content = await countObject(event, { s3, delimiter, signal, availableMs: context.remainingTimeMs() });
      report(content, context);
    }
    const row = { ...content, bucket: event.bucket, processed_at: new Date().toISOString() };
    return writeRow({ table, key, row, event, revision: REVISION });
  };
}

async function storedRow(table: RowTable, key: Record<string, string>): Promise<RowAttributes | undefined> {
  const { Item } = await documentClient.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return Item;
}

function report(content: RowAttributes, { logger, metrics }: RecordContext): void {
  const { status, error, row_count: rows, bytes_counted: bytes, duration_ms: durationMs } = content;
  if (status !== 'counted') {
    logger.warn('not counted', { status, reason: error } satisfies CountFields & Partial<OutcomeFields>);
    metrics.addMetric('NotCounted', MetricUnit.Count, 1);
    return;
  }
  const counted: CountFields = { rows };
  logger.info('counted', { ...counted, bytes, duration_ms: durationMs });
  metrics.addMetric('RowsCounted', MetricUnit.Count, Number(rows));
  metrics.addMetric('BytesCounted', MetricUnit.Bytes, Number(bytes));
  metrics.addMetric('CountDuration', MetricUnit.Milliseconds, Number(durationMs));
}
