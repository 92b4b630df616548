import { DoorError } from './door-error.ts';
import { readScope, type Signature, type Validity, versionOf } from './signature.ts';

const LONGEST_EXPIRY_SECONDS = 604_800;

const SIGV4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
];
const SIGV2_PARAMETERS = ['AWSAccessKeyId', 'Signature', 'Expires'];
const TOKEN_PARAMETERS = ['X-Amz-Security-Token', 'X-Amz-Region-Set', 'x-amz-security-token'];

/** Reads the signature of a presigned URL; undefined when the query holds none. */
export function readPresigned(query: URLSearchParams): Signature | undefined {
  return readQuery(query, SIGV4_PARAMETERS, presignedV4) ?? readQuery(query, SIGV2_PARAMETERS, presignedV2);
}

/** What is asked, without what only signs it. */
export function withoutSignature(query: URLSearchParams, signature: Signature | undefined): URLSearchParams {
  if (signature?.place !== 'query') return query;
  const asked = new URLSearchParams(query);
  const own = signature.version === 'SigV2' ? SIGV2_PARAMETERS : SIGV4_PARAMETERS;
  for (const name of [...own, ...TOKEN_PARAMETERS]) asked.delete(name);
  return asked;
}

/** Reads a form whose parameters stand in the query, if the ones that only it has do. */
function readQuery(
  query: URLSearchParams,
  names: readonly string[],
  read: (parameters: ReadonlyMap<string, string>) => Signature,
): Signature | undefined {
  const parameters = new Map(
    names.flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  const isThere = ['X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-Algorithm', 'AWSAccessKeyId', 'Signature'];
  return isThere.some((name) => parameters.has(name)) ? read(parameters) : undefined;
}

function presignedV4(parameters: ReadonlyMap<string, string>): Signature {
  const parameter = (name: string) => parameters.get(name) ?? '';
  const scope = readScope(parameter('X-Amz-Credential'));
  // other services than S3 let an expiry be missing
  const wanted = SIGV4_PARAMETERS.filter(
    (name) => name !== 'X-Amz-Expires' || (scope?.service ?? 's3') === 's3',
  );
  if (wanted.some((name) => !parameters.has(name))) {
    throw badParameters(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (scope === undefined) {
    throw badParameters(
      `Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request", not ${JSON.stringify(parameter('X-Amz-Credential'))}.`,
    );
  }
  const algorithm = parameter('X-Amz-Algorithm');
  if (!/^AWS4-(HMAC|ECDSA-P256)-SHA256$/.test(algorithm)) {
    throw badParameters(
      `X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256", not ${JSON.stringify(algorithm)}`,
    );
  }
  return {
    version: versionOf(algorithm),
    place: 'query',
    ...scope,
    signedHeaders: parameter('X-Amz-SignedHeaders').split(';'),
    value: parameter('X-Amz-Signature'),
    validity: validityV4(parameter('X-Amz-Date'), parameters.get('X-Amz-Expires')),
  };
}

function validityV4(date: string, expires = '900'): Validity {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const fromMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(fromMs)) {
    throw badParameters(
      `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'", not ${JSON.stringify(date)}`,
    );
  }
  if (!/^-?\d+$/.test(expires)) {
    throw badParameters(`X-Amz-Expires should be a number, not ${JSON.stringify(expires)}`);
  }
  const expiresSeconds = Number(expires);
  if (expiresSeconds < 0) throw badParameters(`X-Amz-Expires must be non-negative, not ${expires}`);
  if (expiresSeconds > LONGEST_EXPIRY_SECONDS) {
    throw badParameters(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${LONGEST_EXPIRY_SECONDS} seconds, not ${expires}`,
    );
  }
  return { fromMs, untilMs: fromMs + expiresSeconds * 1_000, expiresSeconds };
}

function presignedV2(parameters: ReadonlyMap<string, string>): Signature {
  const [accessKeyId, value, expires] = ['AWSAccessKeyId', 'Signature', 'Expires'].map((name) =>
    parameters.get(name),
  );
  if (accessKeyId === undefined || value === undefined || expires === undefined) {
    throw new DoorError(
      'AccessDenied',
      'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
      403,
    );
  }
  const untilMs = /^\d{1,12}$/.test(expires) ? Number(expires) * 1_000 : Number.NaN;
  if (Number.isNaN(untilMs)) {
    throw new DoorError(
      'AccessDenied',
      `Invalid date (should be seconds since epoch): ${JSON.stringify(expires)}`,
      403,
    );
  }
  return {
    version: 'SigV2',
    place: 'query',
    accessKeyId,
    service: 's3',
    signedHeaders: [],
    value,
    validity: { untilMs },
  };
}

function badParameters(message: string): DoorError {
  return new DoorError('AuthorizationQueryParametersError', message, 400);
}
