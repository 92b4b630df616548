import type { IncomingHttpHeaders } from 'node:http';
import type { Condition } from './objects.ts';
import { S3Error } from './s3-error.ts';
import type { ObjectVersion } from './version-rows.ts';

/** What became of a condition: met, or the header by which it failed. */
type Verdict = { readonly met: true } | { readonly met: false; readonly by: ConditionName };

type ConditionName = 'If-Match' | 'If-None-Match' | 'If-Modified-Since' | 'If-Unmodified-Since';

const MET: Verdict = { met: true };

/**
 * The condition of a PUT, a copy or a completed upload: `If-None-Match: *` (only if there is none), or
 * `If-Match: "etag"` (only over that one). A delete marker counts as no object.
 *
 * @throws S3Error `NotImplemented`, naming the header, for any other value, and for both at once
 */
export function writeCondition(key: string, headers: IncomingHttpHeaders): Condition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw unsupportedCondition(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    );
  }
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') throw unsupportedValue('If-None-Match');
  if (ifMatch?.trim() === '*') throw unsupportedValue('If-Match');
  return (current) => {
    const exists = current !== undefined && !current.marker;
    if (ifNoneMatch !== undefined && exists) throw preconditionFailed('If-None-Match');
    if (ifMatch === undefined) return;
    if (!exists) throw noSuchKey(key);
    if (!matches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
  };
}

/**
 * The condition of a delete: `If-Match: "etag"`, or `*` for anything at all. Absent = none.
 *
 * @throws S3Error `NotImplemented` for a named version: S3 judges only what is current
 */
export function deleteCondition(
  key: string,
  versionId: string | undefined,
  ifMatch: string | undefined,
): Condition | undefined {
  if (ifMatch === undefined) return undefined;
  if (versionId !== undefined) {
    throw unsupportedCondition('If-Match', 'a condition cannot be put on the delete of a named version');
  }
  return (current) => {
    // nothing there, or a marker: measured on AWS as 404, where its guide says 412
    if (current === undefined || current.marker) throw noSuchKey(key);
    if (!matches(ifMatch, current.etag)) throw preconditionFailed('If-Match');
  };
}

/** @throws S3Error `NotModified` or `PreconditionFailed`, by the rules of RFC 9110 as S3 applies them */
export function checkReadConditions(
  headers: IncomingHttpHeaders,
  version: ObjectVersion,
  nowMs: number,
): void {
  const verdict = judge(version, nowMs, {
    match: headers['if-match'],
    noneMatch: headers['if-none-match'],
    modifiedSince: headers['if-modified-since'],
    unmodifiedSince: headers['if-unmodified-since'],
  });
  if (verdict.met) return;
  if (verdict.by === 'If-Match' || verdict.by === 'If-Unmodified-Since') throw preconditionFailed(verdict.by);
  throw new S3Error('NotModified', 'Not Modified', {
    headers: { etag: `"${version.etag}"`, 'last-modified': new Date(version.modifiedAtMs).toUTCString() },
  });
}

/** The conditions of a copy on its source: there, also "not modified" is a failure. */
export function checkCopyConditions(
  headers: IncomingHttpHeaders,
  source: ObjectVersion,
  nowMs: number,
): void {
  const header = (name: string) => headers[`x-amz-copy-source-if-${name}`] as string | undefined;
  const verdict = judge(source, nowMs, {
    match: header('match'),
    noneMatch: header('none-match'),
    modifiedSince: header('modified-since'),
    unmodifiedSince: header('unmodified-since'),
  });
  if (!verdict.met) throw preconditionFailed(`x-amz-copy-source-${verdict.by}`);
}

/** Whether a range may be served: `If-Range` names this very object, or is not there. */
export function rangeHolds(ifRange: string | undefined, version: ObjectVersion): boolean {
  if (ifRange === undefined) return true;
  if (ifRange.startsWith('"')) return matches(ifRange, version.etag);
  return Math.trunc(version.modifiedAtMs / 1_000) * 1_000 === Date.parse(ifRange);
}

/** The answer to a key that has no object, or only a marker. */
export function noSuchKey(key: string, headers: Readonly<Record<string, string>> = {}): S3Error {
  return new S3Error('NoSuchKey', 'The specified key does not exist.', { details: { Key: key }, headers });
}

function judge(
  { etag, modifiedAtMs }: ObjectVersion,
  nowMs: number,
  conditions: Readonly<
    Record<'match' | 'noneMatch' | 'modifiedSince' | 'unmodifiedSince', string | undefined>
  >,
): Verdict {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  // HTTP dates have whole seconds
  const modified = Math.trunc(modifiedAtMs / 1_000) * 1_000;
  if (match !== undefined) {
    if (!matches(match, etag)) return { met: false, by: 'If-Match' };
  } else if (unmodifiedSince !== undefined && modified > Date.parse(unmodifiedSince)) {
    return { met: false, by: 'If-Unmodified-Since' };
  }
  if (noneMatch !== undefined) {
    return matches(noneMatch, etag) ? { met: false, by: 'If-None-Match' } : MET;
  }
  // nobody can know what is modified until a time that is still to come: S3 reads such a date over
  const since = modifiedSince === undefined ? Number.NaN : Date.parse(modifiedSince);
  return modified <= since && since <= nowMs ? { met: false, by: 'If-Modified-Since' } : MET;
}

/** Clients send the etag with quotes or without, or several. */
function matches(header: string, etag: string): boolean {
  return header.split(',').some((candidate) => {
    const text = candidate.trim().replace(/^W\//, '');
    return text === '*' || text.replace(/^"(.*)"$/, '$1') === etag;
  });
}

function preconditionFailed(condition: string): S3Error {
  return new S3Error(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
    { details: { Condition: condition } },
  );
}

function unsupportedValue(header: string): S3Error {
  return unsupportedCondition(header, `We don't accept the provided value of ${header} header for this API`);
}

function unsupportedCondition(header: string, why: string): S3Error {
  return new S3Error(
    'NotImplemented',
    `A header you provided implies functionality that is not implemented: ${header}: ${why}`,
    { details: { Header: header } },
  );
}
