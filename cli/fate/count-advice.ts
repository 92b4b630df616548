import type { NotCountedStatus } from '../../shared/count-status.ts';

/** What to do about an object that has no count, in words. */
const ADVICE: Readonly<Record<NotCountedStatus, string>> = {
  'malformed-csv': 'mend the file and upload it again; where the error names metadata, mend that',
  'not-csv': 'upload the CSV itself, or keep this file under another prefix',
  'unsupported-encoding': 'save it as UTF-8, plain or with gzip, zstd or Brotli, and upload it again',
  'object-too-large': 'upload it in parts, as files of their own',
  'object-gone': 'upload it again if it is wanted; `sluice verify --repair` mends the row if it is there',
  'object-archived': 'restore it, and copy it onto itself: a restore alone is no upload',
};

/** A quote that seems never to close may be one that was not meant as one. */
const OPEN_QUOTE =
  'mend the file and upload it again; if its quotes are of another kind, say so with the metadata csv-quote or csv-escape';

/**
 * What to do next; undefined for a status that nobody knows here.
 *
 * @param openQuote whether a quote that never closes may be why: a cut gzip is `malformed-csv` too, and has other cures.
 */
export function adviceFor(status: string, openQuote: boolean): string | undefined {
  if (status === 'malformed-csv' && openQuote) return OPEN_QUOTE;
  return (ADVICE as Readonly<Record<string, string | undefined>>)[status];
}
