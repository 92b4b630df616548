import type { DocumentOf } from '../terminal/document.ts';
import type { statusObjectDocument } from './fate-document.ts';

type Fates = DocumentOf<typeof statusObjectDocument>['consumers'];

/** The request to S3 that made a version: by what is kept of it, or else by the first try at its event. */
export function requestIdOf(fates: Fates): string | undefined {
  const kept = fates.flatMap(({ outcome, stored }) =>
    outcome === 'recorded' && typeof stored?.['request_id'] === 'string' ? [stored['request_id']] : [],
  );
  return kept[0] ?? fates.flatMap(({ attempts }) => attempts.flatMap(({ requestId }) => requestId ?? []))[0];
}
