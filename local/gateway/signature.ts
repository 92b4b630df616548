/** How a request says who sends it. Every form is read here, so that what verifies signatures has one place to stand on. */
export interface Signature {
  /** `SigV4A` is SigV4 with a key pair, for several Regions at once. */
  readonly version: 'SigV2' | 'SigV4' | 'SigV4A';
  /** In the `Authorization` header, or in the query of a presigned URL. */
  readonly place: 'header' | 'query';
  readonly accessKeyId: string;
  /** The service that it was made for: `s3`, `lambda`. SigV2 names none; only S3 still takes it. */
  readonly service: string;
  /** `20261126/us-east-1/s3/aws4_request`: what SigV4 makes its key of, beside the secret. SigV2 has none. */
  readonly scope?: string;
  /** Lower-cased names. SigV2 has a list of its own that no request carries. */
  readonly signedHeaders: readonly string[];
  /** The signature itself, hex (SigV4) or base64 (SigV2). */
  readonly value: string;
  /** When a presigned URL may be used. */
  readonly validity?: Validity;
}

export interface Validity {
  readonly fromMs?: number;
  readonly untilMs: number;
  /** `X-Amz-Expires`, which SigV4 has beside the time. */
  readonly expiresSeconds?: number;
}

/** `AKID/20261126/us-east-1/s3/aws4_request`; SigV4A has no Region in it. Also the scope that a POST form names. */
export function readScope(
  credential: string,
): (Pick<Signature, 'accessKeyId' | 'service'> & { readonly scope: string }) | undefined {
  // an access key may hold a slash
  const [, accessKeyId, scope, service] =
    /^(.+)\/(\d{8}\/(?:[^/]+\/)?([^/]+)\/aws4_request)$/.exec(credential) ?? [];
  if (accessKeyId === undefined || scope === undefined || service === undefined) return undefined;
  return { accessKeyId, service, scope };
}

/** The version that an algorithm's name means: `SigV4` for `AWS4-HMAC-SHA256`. */
export function versionOf(algorithm: string): Signature['version'] {
  return algorithm.includes('ECDSA') ? 'SigV4A' : 'SigV4';
}
