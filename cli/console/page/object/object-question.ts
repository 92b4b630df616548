import type { explainDocument } from '../../../explain/explain-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import type { ObjectDocument } from './timeline.ts';

export type ObjectExplained = DocumentOf<typeof explainDocument>['events'][number];

/** Which object, and which of its versions, the page is about. */
export interface ObjectQuestion {
  readonly key: string;
  /** Undefined: the current one. */
  readonly version: string | undefined;
}

/** @param query `key=csv%2Fa.csv&version=…` @returns undefined without a key */
export function objectIn(query: URLSearchParams): ObjectQuestion | undefined {
  const key = query.get('key');
  if (key === null || key === '') return undefined;
  return { key, version: query.get('version') ?? undefined };
}

/** A key as a verb takes it whatever it looks like: behind the bucket, and behind `--`. */
const place = (bucket: string, key: string): readonly string[] => ['--', `s3://${bucket}/${key}`];

export const statusArgs = ({ key, version }: ObjectQuestion, bucket: string): readonly string[] => [
  'status',
  ...(version === undefined ? [] : [`--version-id=${version}`]),
  ...place(bucket, key),
];

export const removeArgs = (key: string, bucket: string): readonly string[] => ['rm', ...place(bucket, key)];

/** @param consumer only to this one */
export const sendAgainArgs = (key: string, consumer: string): readonly string[] => [
  'backfill',
  `--key=${key}`,
  '--consumer',
  consumer,
];

/** The object as a list of one tells it, which costs less than all that a status looks at. */
export const listArgs = (key: string, bucket: string): readonly string[] => [
  'ls',
  '--outcomes',
  '--limit',
  '1',
  ...place(bucket, key),
];

/**
 * What asks why the rules want the version, or do not: its own event, where the archive has one, else the one that S3 would
 * send of it.
 */
export function explainArgs(
  { key }: ObjectQuestion,
  bucket: string,
  document: ObjectDocument | undefined,
): readonly string[] {
  const event = document === undefined ? undefined : eventsOf(document)[0];
  if (event !== undefined) return ['explain', '--', JSON.stringify(event)];
  const isDeleted = document?.version.isDeleteMarker === true;
  return ['explain', ...(isDeleted ? ['--deleted'] : []), ...place(bucket, key)];
}

/** The archived events about the version that is shown, newest first. */
export function eventsOf({ version, events = [] }: ObjectDocument): readonly unknown[] {
  return events.filter((event) => {
    const { object } = (event as ArchivedEvent | null)?.detail ?? {};
    const id = object?.['version-id'];
    return id === version.versionId || (id === undefined && version.versionId === 'null');
  });
}

interface ArchivedEvent {
  readonly detail?: { readonly object?: { readonly 'version-id'?: unknown } };
}

/** The time of a replay that brings the event of a version again: a second to both sides, since events have whole seconds. */
export function replayWindow(lastModified: string): { readonly since: string; readonly until: string } {
  const ms = Math.floor(Date.parse(lastModified) / 1_000) * 1_000;
  return { since: new Date(ms - 1_000).toISOString(), until: new Date(ms + 2_000).toISOString() };
}
