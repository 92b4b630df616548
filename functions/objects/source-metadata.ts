import { createHash } from 'node:crypto';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { keptSequencer } from '../rows/row-condition.ts';

/** What an object of the output bucket is, and where it comes from. */
export interface Source {
  readonly consumer: string;
  readonly event: ObjectEvent;
  readonly revision: number;
}

/** S3 takes 2 KB of metadata in all; a key of a kilobyte may have three once it is percent-encoded. */
const LONGEST_KEY = 1_200;

/**
 * The user metadata that say of which upload an object was made:
 *
 *     source-bucket     sluice-ingest
 *     source-key        images/stra%C3%9Fe.jpg               percent-encoded UTF-8: decodeURIComponent, unquote
 *     source-version    IYV3p45BT0ac8hjHg1houSdS1a.Mro8e     in a bucket with versions
 *     source-etag       b1946ac92492d2347c6235b4d2611184
 *     source-sequencer  0000000000000000617f08299329d189     not of a backfill
 *     source-time       2026-11-20T07:00:00.000Z
 *     source-event      ObjectCreated:Put
 *     source-replay     after-the-fix                        where a replay brought it
 *     consumer          thumbnail-maker
 *     revision          1
 *
 * A key that would be longer than S3 has room for is told by its SHA-256 in hexadecimal, as `source-key-sha256`.
 */
export function sourceMetadata({ consumer, event, revision }: Source): Readonly<Record<string, string>> {
  const isBackfill = event.origin === 'backfill';
  const key = headerText(event.key);
  return onlyTold({
    'source-bucket': event.bucket,
    ...(key.length > LONGEST_KEY
      ? { 'source-key-sha256': createHash('sha256').update(event.key).digest('hex') }
      : { 'source-key': key }),
    'source-version': event.versionId,
    'source-etag': event.etag,
    'source-sequencer': isBackfill ? keptSequencer(event) : event.sequencer,
    'source-time': event.eventTime,
    'source-event': event.eventName,
    'source-replay': isBackfill ? undefined : event.replayName,
    'source-last-modified': isBackfill ? event.lastModified : undefined,
    'source-observed-at': isBackfill ? event.observedAt : undefined,
    consumer,
    revision: String(revision),
  });
}

/** What rows have that orders events, out of an object's metadata. */
export function orderOf(metadata: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  return {
    sequencer: metadata['source-sequencer'],
    revision: Number(metadata['revision']),
    last_modified: metadata['source-last-modified'],
    observed_at: metadata['source-observed-at'],
  };
}

/** Printable ASCII stays, beside `%` and spaces, which a header may lose: all else is percent-encoded UTF-8. */
function headerText(text: string): string {
  return text.toWellFormed().replaceAll(/[^!-$&-~]/gu, encodeURIComponent);
}

function onlyTold(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
