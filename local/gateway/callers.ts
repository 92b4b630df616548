import type { IncomingMessage } from 'node:http';
import { NOBODY, type Principal } from '../iam.ts';
import { readBody } from '../protocols/request-body.ts';
import { virtualBucket } from '../s3/keys.ts';
import { isPostForm, type RequestHead } from './client-protocol.ts';
import { DoorError } from './door-error.ts';
import { unsigned } from './refusal.ts';
import { checkExpiry } from './signature-expiry.ts';
import { incomplete, unknownKey } from './signature-refusals.ts';
import { isSameSignature, sha256Hex, signatureV2, signatureV4, signingKey } from './signing-key.ts';
import { verifySignature, type ChunkSeed } from './verified-signature.ts';

/** Who may call, by access key. */
export interface AccessKeys {
  principalOf(accessKeyId: string): Principal;
  /**
   * The secret of an access key; undefined for one that nobody was given. Where this is left out, signatures are read and
   * not verified: any key and any secret do.
   */
  secretOf?(accessKeyId: string): string | undefined;
}

/** Who sends a request, and what had to be read to know it. */
export interface Caller {
  readonly principal: Principal;
  /** The whole body, where the signature is over it. */
  readonly body?: Buffer;
  /** What the signatures of the body's chunks are held against, where it has some. */
  readonly chunkSeed?: ChunkSeed;
}

/** A POST form, as far as its signature goes. */
export interface SignedForm {
  readonly accessKeyId: string;
  /** `20261126/us-east-1/s3/aws4_request`; absent of SigV2. */
  readonly scope: string | undefined;
  /** As it stands in the form: base64. */
  readonly policy: string;
  /** The signature. */
  readonly value: string;
}

/**
 * Tells who sends a request, and verifies its signature where there are secrets to verify it by.
 *
 * @throws AwsError when nobody has signed the request, its time is over, or its signature is not right
 */
export async function identify(
  keys: AccessKeys,
  {
    head,
    incoming,
    hostname,
    nowMs,
  }: Readonly<{
    head: RequestHead;
    incoming: IncomingMessage;
    hostname: string;
    nowMs: number;
  }>,
): Promise<Caller> {
  const { signature, path } = head;
  // the control calls have a token of their own
  if (isPostForm(head) || path.startsWith('/_sluice/')) return { principal: NOBODY };
  if (signature === undefined) throw unsigned(head, keys.secretOf !== undefined);
  checkExpiry(signature, nowMs);
  const { accessKeyId, service } = signature;
  const principal = keys.principalOf(accessKeyId);
  if (keys.secretOf === undefined) return { principal };
  const secret = keys.secretOf(accessKeyId);
  if (secret === undefined) throw unknownKey(head, accessKeyId);
  const isS3 = service === 's3';
  // S3's bodies are verified as they come in, which no other service's code does
  if (isS3 && head.headers['x-amz-target'] !== undefined) {
    throw incomplete(head, 'the signature is for s3, and x-amz-target names another service');
  }
  const body = isS3 ? undefined : await readBody({ incoming });
  const chunkSeed = verifySignature(head, signature, {
    secret,
    nowMs,
    bodySha256: body === undefined ? undefined : sha256Hex(body),
    virtualBucket: virtualBucket(hostname),
  });
  return { principal, ...(body !== undefined && { body }), ...(chunkSeed !== undefined && { chunkSeed }) };
}

/** Tells who has signed a POST form. @throws AwsError as `identify` does */
export function identifyForm(keys: AccessKeys, head: RequestHead, form: SignedForm): Principal {
  const { accessKeyId, scope, policy, value } = form;
  const principal = keys.principalOf(accessKeyId);
  if (keys.secretOf === undefined) return principal;
  const secret = keys.secretOf(accessKeyId);
  if (secret === undefined) throw unknownKey(head, accessKeyId);
  const right =
    scope === undefined ? signatureV2(secret, policy) : signatureV4(signingKey(secret, scope), policy);
  if (isSameSignature(value, right)) return principal;
  throw new DoorError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    403,
    { AWSAccessKeyId: accessKeyId, StringToSign: policy, SignatureProvided: value },
  );
}
