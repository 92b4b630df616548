// The door `@sluice-pipeline/sluice/functions`: what a handler is written with. It is bundled into the function.
export { eachRecord, wholeBatch } from './batch/sqs-batch.ts';
export type { BatchContext, BatchOptions, Outcome, RecordContext } from './batch/sqs-batch.ts';
export type { Handler } from './batch/invocation.ts';
export { logger, metrics } from './batch/telemetry.ts';
export { documentClient } from './rows/document-client.ts';
export { isSupersededBy, writeRow } from './rows/write-row.ts';
export type { RowAttributes, RowTable, RowWrite } from './rows/write-row.ts';
export { requireEnvironment, requireInteger } from '../shared/environment.ts';
