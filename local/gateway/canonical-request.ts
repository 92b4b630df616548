import type { RequestHead } from './client-protocol.ts';
import type { Signature } from './signature.ts';

/**
 * A request in the one form that SigV4 signs, whoever sends it and however:
 *
 *     PUT
 *     /b/a%20b.csv
 *     x-id=PutObject
 *     host:127.0.0.1:4566
 *     x-amz-date:20261126T120000Z
 *
 *     host;x-amz-date
 *     UNSIGNED-PAYLOAD
 *
 * It is made of what the services read of the request, so that nothing in it can be read as something else than what was signed.
 *
 * @param payload the body's SHA-256 in hexadecimal digits, or the words that S3 takes instead
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function canonicalRequest(
  { method, path, query, headers }: RequestHead,
  { service, signedHeaders }: Signature,
  payload: string,
): string {
  const lines = signedHeaders.map((name) => `${name}:${headerText(headers[name])}`);
  return [
    method,
    service === 's3' ? reencoded(path) : twiceEncoded(path),
    canonicalQuery(query),
    ...lines,
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

/** A header's value as SigV4 and SigV2 sign it: without spaces at its ends, and one where there are several. */
export function headerText(value: string | readonly string[] | undefined): string {
  const text = typeof value === 'string' ? value : (value ?? []).join(',');
  // no `\s`: the bytes of UTF-8 are latin1 characters here, and one of them is a no-break space
  return text.replaceAll(/[ \t]+/g, ' ').replaceAll(/^ | $/g, '');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(byNameAndValue)
    .map((pair) => pair.join('='))
    .join('&');
}

/** In the order of their bytes: by the name alone first, since `a-b=` comes before `a=`. */
export function byNameAndValue(
  [name, value]: readonly [string, string],
  [otherName, otherValue]: readonly [string, string],
): number {
  if (name !== otherName) return name < otherName ? -1 : 1;
  return value < otherValue ? -1 : Number(value > otherValue);
}

/** The path as S3 signs it: each byte in the one spelling that there is for it, which clients do not always send. */
function reencoded(path: string): string {
  const bytes = Buffer.from(
    path.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  return encodedBytes(bytes, SAFE_IN_PATH);
}

/** The path as every other service signs it: encoded once more as it was sent. */
const twiceEncoded = (path: string): string => encodedBytes(Buffer.from(path, 'latin1'), SAFE_IN_PATH);

const SAFE = /[A-Za-z0-9._~-]/;
const SAFE_IN_PATH = /[A-Za-z0-9._~/-]/;

const encoded = (text: string): string => encodedBytes(Buffer.from(text), SAFE);

function encodedBytes(bytes: Buffer, safe: RegExp): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += safe.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
