import { S3Error } from './s3-error.ts';

const LONGEST_KEY_BYTES = 1_024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a request's path names: nothing (the service), a bucket, or an object in it. */
export interface Target {
  readonly bucket?: string;
  readonly key?: string;
}

/**
 * Reads bucket and key from the path and the host: `/bucket/key`, or `/key` at `bucket.localhost`.
 *
 * @param path as sent, percent-encoded
 * @throws S3Error when it is not a valid key; see `checkKey`
 */
export function parseTarget(path: string, hostname: string): Target {
  const virtual = virtualBucket(hostname);
  if (virtual !== undefined) return withKey(virtual, path.slice(1));
  const slash = path.indexOf('/', 1);
  const bucket = decodePercent(path.slice(1, slash === -1 ? undefined : slash));
  if (bucket === '') return {};
  return withKey(bucket, slash === -1 ? '' : path.slice(slash + 1));
}

function withKey(bucket: string, encodedKey: string): Target {
  if (encodedKey === '') return { bucket };
  return { bucket, key: checkKey(decodePercent(encodedKey)) };
}

/** `my-bucket` of `my-bucket.localhost` and `my-bucket.s3.localhost`. */
export function virtualBucket(hostname: string): string | undefined {
  if (!hostname.endsWith('.localhost')) return undefined;
  const name = hostname.slice(0, -'.localhost'.length).replace(/(^|\.)s3([.-][a-z0-9-]+)?$/, '');
  return name === '' ? undefined : name;
}

/**
 * Percent-decodes to UTF-8. A `+` stays a plus: form encoding has no place in a path.
 *
 * @throws S3Error `InvalidURI` when an escape is broken or the bytes are not UTF-8
 */
export function decodePercent(text: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) {
    throw invalidUri(text, 'a percent sign is not followed by two hex digits');
  }
  // node:http gives raw bytes above 0x7f as latin1 characters
  const bytes = Buffer.from(
    text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalidUri(text, 'it is not UTF-8');
  }
}

/**
 * A key as S3 takes it: 1 to 1,024 bytes of UTF-8, anything in it but NUL, and no relative segments that climb above
 * the start: `a/../b` is a name like any other and stored as it is, `../x` and `a/../../b` are refused.
 *
 * @returns the key
 * @throws S3Error `KeyTooLongError` or `InvalidURI`
 */
export function checkKey(key: string): string {
  const bytes = Buffer.byteLength(key);
  if (bytes > LONGEST_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', `Your key is too long: ${bytes} bytes of ${LONGEST_KEY_BYTES}`, {
      details: { Size: bytes, MaxSizeAllowed: LONGEST_KEY_BYTES },
    });
  }
  if (!key.isWellFormed()) throw invalidUri(key, 'it holds half a surrogate pair');
  if (key.includes('\0')) throw invalidUri(key, 'it holds a NUL character');
  let depth = 0;
  for (const segment of key.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '' && segment !== '.') depth++;
    if (depth < 0) throw invalidUri(key, 'its relative segments climb above the start');
  }
  return key;
}

function invalidUri(text: string, why: string): S3Error {
  return new S3Error('InvalidURI', `Couldn't parse the specified URI: ${JSON.stringify(text)}: ${why}`, {
    details: { URI: text },
  });
}

/** A key as `encoding-type=url` writes it. A space is `%20`: clients that unquote and clients that form-decode both read it. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Keys are stored and ordered as bytes: JavaScript's own order is by UTF-16 unit, which puts emoji before U+FFxx. */
export function keyBytes(key: string): Buffer {
  return Buffer.from(key, 'utf8');
}

export function keyText(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

/** The first byte string after everything that starts with `prefix`; `undefined` when there is none. */
export function afterPrefix(prefix: Uint8Array): Buffer | undefined {
  let end = prefix.length;
  while (end > 0 && prefix[end - 1] === 0xff) end--;
  if (end === 0) return undefined;
  const next = Buffer.from(prefix.subarray(0, end));
  next[end - 1]! += 1;
  return next;
}
