import type { NotCountedStatus } from '../../shared/count-status.ts';

/** What to do about an object that has no count, in words. */
const ADVICE: Readonly<Record<NotCountedStatus, string>> = {
  'malformed-csv':
    'mend the file and upload it again; if its quotes are of another kind, say so with the metadata csv-quote or csv-escape',
  'not-csv': 'upload the CSV itself, or keep this file under another prefix',
  'unsupported-encoding': 'save it as UTF-8, plain or with gzip, zstd or Brotli, and upload it again',
  'object-too-large': 'upload it in parts, as files of their own',
  'object-gone': 'upload it again if it is wanted; `sluice verify --repair` mends the row if it is there',
  'object-archived': 'restore it, and copy it onto itself: a restore alone is no upload',
};

/** What to do next; undefined for a status that nobody knows here. */
export function adviceFor(status: string): string | undefined {
  return (ADVICE as Readonly<Record<string, string | undefined>>)[status];
}
