import type { StoredRow } from '../../shared/row-fields.ts';
import { shellWord } from '../terminal/shell-word.ts';
import type { Evidence } from './asked-version.ts';
import type { ObjectVersion } from '../objects/object-versions.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { rowTableOf } from '../pipeline/row-table.ts';

/** What a consumer has stored of a version that it should have. */
interface MissingVersion {
  readonly key: string;
  readonly version: ObjectVersion;
  readonly evidence: Evidence;
}

/**
 * What an operator can do about it, in words: only what works. A backfill writes no row that an event of S3 has written,
 * and sends no deletes; a repair is of the current version, and of a row.
 */
export function mendingOf(
  pipeline: Pipeline,
  consumer: Consumer,
  { key, version, evidence }: MissingVersion,
): string {
  const prefix = `--prefix ${shellWord(key)}`;
  const hasTable = rowTableOf(pipeline, consumer) !== undefined;
  if (evidence.shows === 'removed') {
    const now =
      version.isRemoved === true ? 'the object is gone' : `the object is ${version.versionId} again`;
    return `removed by version, and ${now}; \`sluice verify ${prefix} --repair\` mends it`;
  }
  if (!version.isLatest) return 'it is an old version: only the current one can be sent again';
  const { sequencer }: StoredRow = evidence.stored ?? {};
  if (hasTable && (sequencer !== undefined || version.isDeleteMarker)) {
    return `\`sluice verify ${prefix} --repair\` mends it`;
  }
  if (version.isDeleteMarker) {
    const since = new Date(Date.parse(version.lastModified) - 1_000).toISOString();
    return `\`sluice replay --since ${since} --consumer ${consumer.name}\` plays the delete again, while the archive keeps it`;
  }
  return `\`sluice backfill ${prefix} --consumer ${consumer.name}\`${hasTable ? ` or \`sluice verify ${prefix} --repair\`` : ''} sends it again`;
}
