import type { IncomingHttpHeaders } from 'node:http';
import { readDocument } from './body.ts';
import type { Bucket } from './bucket.ts';
import type { Exchange } from './exchange.ts';
import { findVersion } from './get-object.ts';
import {
  checkRetentionChange,
  legalHoldHeaders,
  lockFromHeaders,
  type ObjectLock,
  parseLegalHold,
  parseRetention,
  retentionHeaders,
  saysLock,
  untilText,
} from './object-lock.ts';
import type { S3Context } from './s3-context.ts';
import { invalidArgument, S3Error } from './s3-error.ts';
import type { ObjectVersion } from './version-rows.ts';
import { element, parseXml, textOf, xmlDocument } from '../protocols/xml.ts';

const BYPASS = 'x-amz-bypass-governance-retention';

/**
 * The lock that an object is to be made with, if its maker may give it one.
 *
 * @param headers @default the request's; a form has fields instead
 * @returns undefined where the request says nothing of one: then the bucket's default is its lock
 * @throws S3Error `InvalidRequest` in a bucket without Object Lock
 */
export function newLock(
  exchange: Exchange,
  { bucket, key }: { readonly bucket: Bucket; readonly key: string },
  { clock }: Pick<S3Context, 'clock'>,
  headers: IncomingHttpHeaders = exchange.headers,
): ObjectLock | undefined {
  if (!saysLock(headers)) return undefined;
  checkHasLock(bucket);
  const lock = lockFromHeaders(headers, clock.now());
  if (lock.retention !== undefined) {
    exchange.authorize('s3:PutObjectRetention', bucket.name, key, headers);
  }
  if (lock.legalHold !== undefined) {
    exchange.authorize('s3:PutObjectLegalHold', bucket.name, key, headers);
  }
  return lock;
}

/** @throws S3Error `InvalidRequest` for a put that is to be locked, and whose body nothing vouches for */
export function checkVouchedFor({ headers }: Exchange, bucket: Bucket, lock: ObjectLock | undefined): void {
  if (lock === undefined && bucket.objectLock?.byDefault === undefined) return;
  const isVouchedFor = Object.keys(headers).some(
    (name) => name === 'content-md5' || name === 'x-amz-trailer' || name.startsWith('x-amz-checksum-'),
  );
  if (isVouchedFor) return;
  throw new S3Error(
    'InvalidRequest',
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

/** @throws S3Error `InvalidArgument` where a bucket without Object Lock is asked to bypass one */
export function checkBypass(exchange: Exchange, { objectLock }: Bucket): void {
  if (objectLock !== undefined || exchange.header(BYPASS) === undefined) return;
  throw invalidArgument(`${BYPASS} is only applicable to Object Lock enabled buckets.`, BYPASS, undefined);
}

/**
 * Whether the request bypasses governance.
 *
 * @throws AccessDeniedError where it asks to and may not
 */
export function bypasses(exchange: Exchange, bucket: Bucket, key: string): boolean {
  if (exchange.header(BYPASS)?.toLowerCase() !== 'true') return false;
  exchange.authorize('s3:BypassGovernanceRetention', bucket.name, key);
  return true;
}

/** GET `?retention`. */
export function getObjectRetention(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): void {
  exchange.authorize('s3:GetObjectRetention', bucket.name, key);
  const retention = find(context, exchange, bucket, key).lock?.retention;
  if (retention === undefined) throw notLocked(key);
  exchange.sendXml(
    xmlDocument(
      'Retention',
      element('Mode', retention.mode) + element('RetainUntilDate', untilText(retention)),
    ),
  );
}

/** PUT `?retention`: this retention instead of the one that the version had; an empty one takes it away. */
export async function putObjectRetention(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  const document = parseXml(await readDocument(exchange.body), 'Retention');
  const [mode, until] = [textOf(document, 'Mode'), textOf(document, 'RetainUntilDate')];
  exchange.authorize('s3:PutObjectRetention', bucket.name, key, retentionHeaders(mode, until));
  checkBypass(exchange, bucket);
  const version = find(context, exchange, bucket, key);
  const nowMs = context.clock.now();
  const isNone = mode === undefined && until === undefined;
  const retention = isNone ? undefined : parseRetention({ mode, until }, nowMs);
  checkRetentionChange(version.lock?.retention, retention, {
    nowMs,
    bypass: bypasses(exchange, bucket, key),
  });
  context.objects.changeBeside(bucket, version, 'Object Retention Updated', exchange.cause(), (rows) =>
    rows.setLock(version, { ...version.lock, retention }),
  );
  exchange.send(200);
}

/** GET `?legal-hold`. */
export function getObjectLegalHold(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): void {
  exchange.authorize('s3:GetObjectLegalHold', bucket.name, key);
  const legalHold = find(context, exchange, bucket, key).lock?.legalHold;
  if (legalHold === undefined) throw notLocked(key);
  exchange.sendXml(xmlDocument('LegalHold', element('Status', legalHold ? 'ON' : 'OFF')));
}

/** PUT `?legal-hold`. */
export async function putObjectLegalHold(
  context: S3Context,
  exchange: Exchange,
  bucket: Bucket,
  key: string,
): Promise<void> {
  const status = textOf(parseXml(await readDocument(exchange.body), 'LegalHold'), 'Status');
  exchange.authorize('s3:PutObjectLegalHold', bucket.name, key, legalHoldHeaders(status));
  const version = find(context, exchange, bucket, key);
  context.rows.setLock(version, { ...version.lock, legalHold: parseLegalHold(status) });
  exchange.send(200);
}

function find(context: S3Context, exchange: Exchange, bucket: Bucket, key: string): ObjectVersion {
  checkHasLock(bucket);
  const { method, query } = exchange.request;
  const action = `s3:${method === 'GET' ? 'Get' : 'Put'}Object${query.has('retention') ? 'Retention' : 'LegalHold'}`;
  return findVersion(context, exchange, bucket, key, exchange.query('versionId'), action);
}

function checkHasLock({ objectLock }: Bucket): void {
  if (objectLock !== undefined) return;
  throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

const notLocked = (key: string): S3Error =>
  new S3Error(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    { details: { Key: key } },
  );
