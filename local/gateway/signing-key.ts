import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What signs in SigV4: made of a secret, and of a scope such as `20261126/us-east-1/s3/aws4_request`. */
export type SigningKey = Buffer;

export function signingKey(secret: string, scope: string): SigningKey {
  return scope
    .split('/')
    .reduce((key: SigningKey | string, part) => hmac(key, part), `AWS4${secret}`) as SigningKey;
}

/** A signature of SigV4, as 64 hexadecimal digits. */
export const signatureV4 = (key: SigningKey, text: string): string => hmac(key, text).toString('hex');

/** A signature of SigV2, in base64. @param text as latin1: a character a byte */
export const signatureV2 = (secret: string, text: string): string =>
  createHmac('sha1', secret).update(text, 'latin1').digest('base64');

/** @param text as latin1: a character a byte, as `node:http` gives headers */
export const sha256Hex = (text: string | Buffer): string =>
  createHash('sha256')
    .update(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
    .digest('hex');

/** In a time that tells nothing of where the two differ. */
export function isSameSignature(given: string, right: string): boolean {
  const [left, other] = [Buffer.from(given), Buffer.from(right)];
  return left.length === other.length && timingSafeEqual(left, other);
}

const hmac = (key: SigningKey | string, text: string): SigningKey =>
  createHmac('sha256', key).update(text).digest();
