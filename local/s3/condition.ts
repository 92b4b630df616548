import type { IncomingHttpHeaders } from 'node:http';
import { notImplemented } from '../aws-error.ts';
import type { Condition } from './objects.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectVersion } from './version-rows.ts';

type Verdict = 'met' | 'failed' | 'not-modified';

/**
 * The condition of a PUT or a completed upload: `If-None-Match: *` (only if there is none), or `If-Match: "etag"`
 * (only over that one). A delete marker counts as no object.
 */
export function writeCondition(headers: IncomingHttpHeaders): Condition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
    throw notImplemented(`If-None-Match: ${ifNoneMatch} on a write (S3 takes * alone)`);
  }
  return (current) => {
    const exists = current !== undefined && !current.marker;
    if (ifNoneMatch !== undefined && exists) throw preconditionFailed('If-None-Match');
    if (ifMatch === undefined) return;
    if (!exists) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
    if (!matches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
  };
}

/** The condition of a delete: `If-Match: "etag"`, or `*` for anything at all. Absent = none. */
export function deleteCondition(ifMatch: string | undefined): Condition | undefined {
  if (ifMatch === undefined) return undefined;
  return (current) => {
    if (current === undefined || current.marker || !matches(ifMatch, current.etag))
      throw preconditionFailed('If-Match');
  };
}

/** @throws S3Error `NotModified` or `PreconditionFailed`, by the rules of RFC 9110 as S3 applies them */
export function checkReadConditions(headers: IncomingHttpHeaders, version: ObjectVersion): void {
  const verdict = judge(version, {
    match: headers['if-match'],
    noneMatch: headers['if-none-match'],
    modifiedSince: headers['if-modified-since'],
    unmodifiedSince: headers['if-unmodified-since'],
  });
  if (verdict === 'failed') throw preconditionFailed('If-Match or If-Unmodified-Since');
  if (verdict === 'not-modified') {
    throw new S3Error('NotModified', 'Not Modified', {
      etag: `"${version.etag}"`,
      'last-modified': new Date(version.modifiedAtMs).toUTCString(),
    });
  }
}

/** The conditions of a copy on its source: there, also "not modified" is a failure. */
export function checkCopyConditions(headers: IncomingHttpHeaders, source: ObjectVersion): void {
  const header = (name: string) => headers[`x-amz-copy-source-if-${name}`] as string | undefined;
  const verdict = judge(source, {
    match: header('match'),
    noneMatch: header('none-match'),
    modifiedSince: header('modified-since'),
    unmodifiedSince: header('unmodified-since'),
  });
  if (verdict !== 'met') throw preconditionFailed('x-amz-copy-source-if-…');
}

/** Whether a range may be served: `If-Range` names this very object, or is not there. */
export function rangeHolds(ifRange: string | undefined, version: ObjectVersion): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return matches(ifRange, version.etag);
  return Math.trunc(version.modifiedAtMs / 1_000) * 1_000 === Date.parse(ifRange);
}

function judge(
  { etag, modifiedAtMs }: ObjectVersion,
  conditions: Readonly<
    Record<'match' | 'noneMatch' | 'modifiedSince' | 'unmodifiedSince', string | undefined>
  >,
): Verdict {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  // HTTP dates have whole seconds
  const modified = Math.trunc(modifiedAtMs / 1_000) * 1_000;
  if (match !== undefined) {
    if (!matches(match, etag)) return 'failed';
  } else if (unmodifiedSince !== undefined && modified > Date.parse(unmodifiedSince)) return 'failed';
  if (noneMatch !== undefined) return matches(noneMatch, etag) ? 'not-modified' : 'met';
  if (modifiedSince !== undefined && modified <= Date.parse(modifiedSince)) return 'not-modified';
  return 'met';
}

/** Clients send the etag with quotes or without, or several. */
function matches(header: string, etag: string): boolean {
  return header.split(',').some((candidate) => {
    const text = candidate.trim().replace(/^W\//, '');
    return text === '*' || text.replace(/^"(.*)"$/, '$1') === etag;
  });
}

function preconditionFailed(which: string): S3Error {
  return new S3Error(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold: ${which}`,
  );
}
