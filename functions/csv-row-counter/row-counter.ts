import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { indexPartition } from '../../shared/index-partition.ts';
import { stateAfter } from '../../shared/object-event/current-state.ts';
import type { CountFields, OutcomeFields } from '../../shared/log-fields.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { documentClient } from '../rows/document-client.ts';
import { handOver } from '../objects/hand-over.ts';
import { isSupersededBy, writeRow, type RowAttributes, type RowTable } from '../rows/write-row.ts';
import type { Outcome, RecordContext } from '../batch/sqs-batch.ts';
import { countObject, REVISION } from './count-object.ts';

export interface RowCounterOptions {
  readonly table: RowTable;
  readonly s3: S3Client;
  /** What separates the fields of objects whose metadata does not say. */
  readonly delimiter: string;
  /** ARN of the Step Functions state machine that is given what is too large to be counted here. @default none */
  readonly handOverTo?: string | undefined;
}

/**
 * Keeps one row per CSV object: how many rows it has, why it could not be counted, or that it is gone.
 * What is too large goes to a state machine, where there is one: its row has the ARN of the execution as `handed_over`.
 *
 *     {
 *       "file_key": "csv/orders.csv", "bucket": "sluice-ingest", "status": "counted",
 *       "row_count": 4, "blank_rows": 0, "columns": ["id", "name"], "column_count": 2, "delimiter": ",",
 *       "size_bytes": 40, "bytes_counted": 40, "duration_ms": 12, "processed_at": "2026-11-20T07:00:01.250Z", …
 *     }
 *
 * Its rule lets every key under `csv/` through; what is no CSV by its name the batch edge skips. What may have been here before,
 * and is shown by the row already, is superseded before S3 is asked, so that a replay of everything reads no object.
 */
export function rowCounter({ table, s3, delimiter, handOverTo }: RowCounterOptions) {
  return async (event: ObjectEvent, context: RecordContext): Promise<Outcome> => {
    const state = stateAfter(event);
    if (state === undefined) return 'skipped';
    const key = { file_key: event.key };
    const write = async (content: RowAttributes): Promise<Outcome> => {
      const row = { ...content, bucket: event.bucket, processed_at: new Date().toISOString() };
      return await writeRow({ table, key, row, event, revision: REVISION });
    };
    if (state === 'deleted') return await write({});
    if (mayBeKnown(event, context) && isSupersededBy(await storedRow(table, key), event, REVISION)) {
      return 'superseded';
    }
    const { signal } = context;
    const content = await countObject(event, {
      s3,
      delimiter,
      signal,
      availableMs: context.remainingTimeMs(),
    });
    const handedOver = await executionFor(event, content, handOverTo, signal);
    const outcome = await write({ ...content, ...notCounted(content, event.key), handed_over: handedOver });
    if (outcome === 'recorded') report(content, context);
    return outcome;
  };
}

/**
 * Whether somebody may have counted the event before, so that a look at its row is worth its price. Not so the first receive
 * of a live event, where the look would find nothing; should it find something after all, a duplicate that S3 or EventBridge made, the
 * condition of the write holds. What was sent to the function directly shows no receives, a retry of Lambda's looks like the first try.
 */
function mayBeKnown(event: ObjectEvent, { messageId, receiveCount, isRedriven }: RecordContext): boolean {
  const isLive = event.origin !== 'backfill' && event.replayName === undefined;
  return !isLive || isRedriven || receiveCount > 1 || messageId === undefined;
}

/** ARN of the execution that now has the object; undefined where nothing is too large, or nobody to be given it. */
async function executionFor(
  event: ObjectEvent,
  { status, error }: RowAttributes,
  stateMachineArn: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (status !== 'object-too-large' || stateMachineArn === undefined) return undefined;
  return await handOver({ stateMachineArn, event, reason: String(error), signal });
}

async function storedRow(table: RowTable, key: Record<string, string>): Promise<RowAttributes | undefined> {
  const { Item } = await documentClient.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }),
  );
  return Item;
}

/** What the index of the table finds the row by, as long as the object lives and has no count. */
function notCounted({ status }: RowAttributes, key: string): RowAttributes {
  return status === undefined || status === 'counted'
    ? {}
    : { not_counted: indexPartition(String(status), key) };
}

function report(content: RowAttributes, { logger, logsSuccess, metrics }: RecordContext): void {
  const { status, error, row_count: rows, warnings, bytes_counted: bytes, duration_ms: durationMs } = content;
  if (status !== 'counted') {
    logger.warn('not counted', { status, reason: error } satisfies CountFields & Partial<OutcomeFields>);
    metrics.addMetric('NotCounted', MetricUnit.Count, 1);
    return;
  }
  const counted: CountFields = { rows, warnings };
  if (logsSuccess) logger.info('counted', { ...counted, bytes, duration_ms: durationMs });
  metrics.addMetric('RowsCounted', MetricUnit.Count, Number(rows));
  metrics.addMetric('BytesCounted', MetricUnit.Bytes, Number(bytes));
  metrics.addMetric('CountDuration', MetricUnit.Milliseconds, Number(durationMs));
}
