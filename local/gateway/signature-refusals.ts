import { AwsError } from '../protocols/aws-error.ts';
import { protocolOf, type Protocol, type RequestHead } from './client-protocol.ts';
import { DoorError } from './door-error.ts';

/** Where the right secret stands. */
const NEXT_STEP =
  'this pipeline was started with --private: take the access key of this start from `npx sluice env`, or from runtime.json in its data folder';

/** How each protocol of AWS says that no such access key is known. */
const UNKNOWN_KEY: Readonly<Record<Protocol, readonly [code: string, message: string]>> = {
  s3: ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  query: ['InvalidClientTokenId', 'The security token included in the request is invalid.'],
  json: ['UnrecognizedClientException', 'The security token included in the request is invalid.'],
};

/** How each protocol of AWS calls a signature that is not that of the request. */
const MISMATCH: Readonly<Record<Protocol, string>> = {
  s3: 'SignatureDoesNotMatch',
  query: 'SignatureDoesNotMatch',
  json: 'InvalidSignatureException',
};

/** How each protocol of AWS calls a signature that lacks a part. */
const INCOMPLETE: Readonly<Record<Protocol, string>> = {
  s3: 'AccessDenied',
  query: 'IncompleteSignature',
  json: 'IncompleteSignatureException',
};

/** What goes with the codes above: JSON with `X-Amz-Target` answers them with 400, all others with 403. */
const statusFor = ({ headers }: RequestHead): number => (headers['x-amz-target'] === undefined ? 403 : 400);

/** 403 or 400, for a key that this start did not give out. */
export function unknownKey(head: RequestHead, accessKeyId: string): AwsError {
  const [code, message] = UNKNOWN_KEY[protocolOf(head)];
  return new DoorError(code, `${message} (${JSON.stringify(accessKeyId)}; ${NEXT_STEP})`, statusFor(head), {
    AWSAccessKeyId: accessKeyId,
  });
}

/** 403 or 400, for a signature that another secret made, or of another request. @param signed what the client has sent, as it had to be signed */
export function signatureMismatch(
  head: RequestHead,
  accessKeyId: string,
  signed: Readonly<Record<string, string>>,
): AwsError {
  return new DoorError(
    MISMATCH[protocolOf(head)],
    `The request signature we calculated does not match the signature you provided. Check your key and signing method. (${NEXT_STEP})`,
    statusFor(head),
    { AWSAccessKeyId: accessKeyId, ...signed },
  );
}

/** 403 or 400, for a signature of another time. */
export function skewed(
  head: RequestHead,
  { signedMs, nowMs, mostMs }: { readonly signedMs: number; readonly nowMs: number; readonly mostMs: number },
): AwsError {
  const [signed, now] = [isoTime(signedMs), isoTime(nowMs)];
  const protocol = protocolOf(head);
  if (protocol === 's3') {
    return new DoorError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
      { RequestTime: signed, ServerTime: now, MaxAllowedSkewMilliseconds: String(mostMs) },
    );
  }
  const how = signedMs < nowMs ? 'Signature expired' : 'Signature not yet current';
  return new AwsError(
    MISMATCH[protocol],
    `${how}: ${signed} is more than ${mostMs / 60_000} minutes away from ${now}; set the clock of the client's machine`,
    statusFor(head),
  );
}

/** 403 or 400, for a signature that lacks a part, or has one of another form. */
export function incomplete(head: RequestHead, why: string): AwsError {
  return new AwsError(INCOMPLETE[protocolOf(head)], why, statusFor(head));
}

const isoTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
