import { CliError } from '../cli-error.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { failed, type Check } from './check.ts';
import type { ConsumerStatus } from './consumer-status.ts';

/** What a consumer keeps, and where it lies; null where the stack does not say, or in words that are not known here. */
export type KeptPlace = ConsumerStatus['keeps'];

/**
 * Where a consumer's work lies, and what is wrong with what the stack says of it.
 *
 *     { kind: 'rows', place: 'Sluice-dev-UploadMetadata' }
 *     { kind: 'lines', place: 's3://output-bucket/ledger/' }
 */
export function keptPlace(
  pipeline: Pipeline,
  consumer: Consumer,
): { readonly keeps: KeptPlace; readonly checks: readonly Check[] } {
  try {
    return { keeps: placeIn(pipeline, consumer), checks: [] };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { keeps: null, checks: [failed(`${consumer.name} keeps`, error.message, error.nextStep)] };
  }
}

function placeIn(pipeline: Pipeline, consumer: Consumer): KeptPlace {
  const keeps = pipeline.keepsIfSaid(consumer);
  if (keeps === undefined) return null;
  if (keeps === 'nothing') return { kind: 'nothing' };
  if ('rows' in keeps) return { kind: 'rows', place: pipeline.tableName(keeps.rows.table) };
  return 'lines' in keeps
    ? { kind: 'lines', place: `s3://${pipeline.outputBucket}/${keeps.lines}` }
    : { kind: 'objects', place: `s3://${pipeline.outputBucket}/${keeps.objects}` };
}
