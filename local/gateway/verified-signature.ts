import { notImplemented } from '../protocols/aws-error.ts';
import { canonicalRequest } from './canonical-request.ts';
import type { RequestHead } from './client-protocol.ts';
import { DoorError } from './door-error.ts';
import type { Signature } from './signature.ts';
import { incomplete, signatureMismatch, skewed } from './signature-refusals.ts';
import {
  isSameSignature,
  sha256Hex,
  signatureV2,
  signatureV4,
  signingKey,
  type SigningKey,
} from './signing-key.ts';
import { stringToSignV2 } from './string-to-sign-v2.ts';

/** What the signatures of a body's chunks begin with: each is made of the one before, and the first of the request's own. */
export interface ChunkSeed {
  readonly key: SigningKey;
  /** `20261126T120000Z` */
  readonly time: string;
  readonly scope: string;
  readonly signature: string;
  /** Whether the trailers behind the last chunk are signed too. */
  readonly signsTrailers: boolean;
}

/** What a signature is held against. */
export interface Verification {
  readonly secret: string;
  readonly nowMs: number;
  /** SHA-256 of the body; of a body that is still to come undefined, which is S3's alone. */
  readonly bodySha256: string | undefined;
  /** That the host names, as in `bucket.localhost`. */
  readonly virtualBucket: string | undefined;
}

/** S3 takes a clock that is so far off. */
const S3_SKEW_MS = 15 * 60_000;
/** All other services. */
const SKEW_MS = 5 * 60_000;

const EMPTY_SHA256 = sha256Hex('');

/**
 * Makes the signature of a request anew, and holds the one that came against it.
 *
 * @returns what the signatures of its chunks begin with, where its body is signed so
 * @throws AwsError in the words of the client's protocol
 */
export function verifySignature(
  head: RequestHead,
  signature: Signature,
  verification: Verification,
): ChunkSeed | undefined {
  if (signature.version === 'SigV4A') {
    throw notImplemented('verifying SigV4A (sign for one Region, by SigV4): AWS4-ECDSA-P256-SHA256');
  }
  if (signature.version === 'SigV4') return verifyV4(head, signature, verification);
  verifyV2(head, signature, verification);
  return undefined;
}

function verifyV4(
  head: RequestHead,
  signature: Signature,
  { secret, nowMs, bodySha256 }: Verification,
): ChunkSeed | undefined {
  const { scope = '', accessKeyId, value } = signature;
  checkSignedHeaders(head, signature);
  const time = signedTime(head, signature);
  if (!scope.startsWith(time.slice(0, 8))) {
    throw incomplete(head, `the scope ${JSON.stringify(scope)} is not of the day of the request, ${time}`);
  }
  if (signature.place === 'header') checkSkew(head, signature, basicTimeMs(time), nowMs);
  const payload = payloadOf(head, signature, bodySha256);
  const canonical = canonicalRequest(head, signature, payload);
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256Hex(canonical)].join('\n');
  const key = signingKey(secret, scope);
  if (!isSameSignature(value, signatureV4(key, text))) {
    throw signatureMismatch(head, accessKeyId, {
      StringToSign: text,
      SignatureProvided: value,
      CanonicalRequest: canonical,
    });
  }
  if (!payload.startsWith('STREAMING-AWS4-HMAC-')) return undefined;
  return { key, time, scope, signature: value, signsTrailers: payload.endsWith('-TRAILER') };
}

function verifyV2(
  head: RequestHead,
  signature: Signature,
  { secret, nowMs, virtualBucket }: Verification,
): void {
  const { accessKeyId, value, place } = signature;
  if (place === 'header') {
    const { date = '', 'x-amz-date': amazonDate = date } = head.headers;
    const signedMs = timeMs(String(amazonDate));
    if (Number.isNaN(signedMs)) {
      throw incomplete(head, 'AWS authentication requires a valid Date or x-amz-date header');
    }
    checkSkew(head, signature, signedMs, nowMs);
  }
  const text = stringToSignV2(head, signature, virtualBucket);
  if (isSameSignature(value, signatureV2(secret, text))) return;
  throw signatureMismatch(head, accessKeyId, { StringToSign: text, SignatureProvided: value });
}

/** What a request does is in its host and its `x-amz-` headers: one that is not signed could be anybody's. */
function checkSignedHeaders({ headers }: RequestHead, { signedHeaders }: Signature): void {
  const signed = new Set(signedHeaders);
  const wanted = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const absent = wanted.filter((name) => !signed.has(name));
  if (absent.length === 0) return;
  throw new DoorError(
    'AccessDenied',
    `There were headers present in the request which were not signed: ${absent.join(', ')}`,
    403,
    { HeadersNotSigned: absent.join(', ') },
  );
}

/** @returns `20261126T120000Z` */
function signedTime(head: RequestHead, { place }: Signature): string {
  const { date = '', 'x-amz-date': amazonDate = date } = head.headers;
  const text = place === 'query' ? (head.query.get('X-Amz-Date') ?? '') : String(amazonDate);
  const ms = timeMs(text);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  throw incomplete(head, 'AWS authentication requires a valid Date or x-amz-date header');
}

/** Milliseconds since 1970 of `20261126T120000Z`, or of a date as HTTP writes it; NaN for anything else. */
function timeMs(text: string): number {
  if (/^\d{8}T\d{6}Z$/.test(text)) return basicTimeMs(text);
  return text.length > 40 ? Number.NaN : Date.parse(text);
}

const basicTimeMs = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

function checkSkew(head: RequestHead, { service }: Signature, signedMs: number, nowMs: number): void {
  const mostMs = service === 's3' ? S3_SKEW_MS : SKEW_MS;
  if (Math.abs(nowMs - signedMs) > mostMs) throw skewed(head, { signedMs, nowMs, mostMs });
}

/** What stands for the body in the signed text. Only S3 lets a client say it before the body has come. */
function payloadOf(head: RequestHead, signature: Signature, bodySha256: string | undefined): string {
  if (signature.service !== 's3') return bodySha256 ?? EMPTY_SHA256;
  const header = head.headers['x-amz-content-sha256'];
  const isPresigned = signature.place === 'query';
  const said =
    header ?? (isPresigned ? (inQuery(head, 'x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD') : undefined);
  if (said === undefined) {
    throw new DoorError(
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
      400,
    );
  }
  const payload = String(said);
  const isKnown = isPresigned
    ? /^([0-9a-f]{64}|UNSIGNED-PAYLOAD)$/.test(payload)
    : /^([0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-UNSIGNED-PAYLOAD-TRAILER|STREAMING-AWS4-HMAC-SHA256-PAYLOAD(-TRAILER)?)$/.test(
        payload,
      );
  if (isKnown) return payload;
  throw new DoorError(
    'InvalidArgument',
    `x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value${isPresigned ? '; a presigned URL takes only the first and the last' : ''}.`,
    400,
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payload },
  );
}

const inQuery = ({ query }: RequestHead, name: string): string | undefined =>
  [...query].find(([other]) => other.toLowerCase() === name)?.[1];
