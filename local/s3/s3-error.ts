import { AwsError } from '../protocols/aws-error.ts';

const STATUS = {
  AccessControlListNotSupported: 400,
  AccessDenied: 403,
  AccessForbidden: 403,
  BadDigest: 400,
  BadRequest: 400,
  BucketAlreadyOwnedByYou: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InvalidArgument: 400,
  InvalidBucketOwnerAWSAccountID: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartNumber: 416,
  InvalidPartOrder: 400,
  InvalidPolicyDocument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidTag: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedPOSTRequest: 400,
  MalformedTrailerError: 400,
  MalformedXML: 400,
  MaxPostPreDataLengthExceeded: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchObjectLockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  NotImplemented: 501,
  NotModified: 304,
  ObjectLockConfigurationNotFoundError: 404,
  PreconditionFailed: 412,
  ReplicationConfigurationNotFoundError: 404,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const;

/** The codes that S3 answers here. */
export type S3ErrorCode = keyof typeof STATUS;

/** What an error says beside its code and message. */
export interface S3ErrorFacts {
  /** Elements of the answer, by which programs tell what was wrong: `{ Key: 'a.csv' }`, `{ ArgumentName: 'versionId' }`. */
  readonly details?: Readonly<Record<string, string | number>>;
  /** Headers that go with it, e.g. `x-amz-delete-marker`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error in S3's words; its status follows from its code. */
export class S3Error extends AwsError {
  override readonly name = 'S3Error';
  readonly details: Readonly<Record<string, string | number>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, message: string, { details = {}, headers = {} }: S3ErrorFacts = {}) {
    super(code, message, STATUS[code]);
    this.details = details;
    this.headers = headers;
  }
}

/** `InvalidArgument`, which names the argument and its value. */
export function invalidArgument(message: string, name: string, value: string | undefined): S3Error {
  return new S3Error('InvalidArgument', message, {
    details: { ArgumentName: name, ...(value !== undefined && { ArgumentValue: value }) },
  });
}
