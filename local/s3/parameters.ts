import { matchesStars } from '../../shared/glob.ts';
import type { S3ErrorCode } from './s3-error.ts';

/** A refusal in AWS's words; `NotImplemented` where AWS would do it and this machine does not. */
export interface Refusal {
  readonly refused: S3ErrorCode;
  /** @default that the local runtime does not implement it */
  readonly why?: string;
}

/** What an operation makes of one query parameter or header. */
export type Meaning =
  /** The operation, or the door before it, reads it. */
  | 'honoured'
  /** Known, and without effect on one machine. */
  | 'meaningless'
  /** These values are without effect; any other is refused. */
  | { readonly only: readonly string[]; readonly otherwise: Refusal }
  | Refusal;

/** By name, in lower case for headers; a name that ends in `*` stands for all that begin so. */
type Meanings = Readonly<Record<string, Meaning>>;

/** All that an operation knows beside what names it. Whatever is not here is refused by name. */
export interface Inputs {
  readonly parameters?: Meanings;
  /** `x-amz-…`, and the conditions of HTTP; other headers (`user-agent` …) are HTTP's own and pass. */
  readonly headers?: Meanings;
}

const UNSUPPORTED: Refusal = { refused: 'NotImplemented' };

const NO_OBJECT_LOCK: Refusal = {
  refused: 'InvalidRequest',
  why: 'Bucket is missing Object Lock Configuration',
};

const NO_ACLS: Refusal = { refused: 'AccessControlListNotSupported', why: 'The bucket does not allow ACLs' };

const DIRECTORY_BUCKETS_ONLY: Refusal = {
  refused: 'NotImplemented',
  why: 'A header you provided implies functionality that is not implemented: it is for directory buckets',
};

/** What every operation takes. */
const ANY: Meanings = {
  'x-amz-content-sha256': 'honoured',
  'x-amz-date': 'honoured',
  'x-amz-security-token': 'meaningless',
  'x-amz-region-set': 'meaningless',
  'x-amz-user-agent': 'meaningless',
  'x-amz-request-payer': 'meaningless',
  'x-amz-expected-bucket-owner': 'honoured',
  // names the algorithm whose value is in a header or trailer of its own
  'x-amz-sdk-checksum-algorithm': 'meaningless',
};

/** What a request with a body takes. */
const BODY: Meanings = {
  'x-amz-checksum-*': 'honoured',
  'x-amz-trailer': 'honoured',
  'x-amz-decoded-content-length': 'honoured',
};

/** `If-Match` and `If-None-Match` decide over what is there now. */
const WRITE_CONDITIONS: Meanings = { 'if-match': 'honoured', 'if-none-match': 'honoured' };

const READ_CONDITIONS: Meanings = {
  'if-match': 'honoured',
  'if-none-match': 'honoured',
  'if-modified-since': 'honoured',
  'if-unmodified-since': 'honoured',
  'if-range': 'honoured',
};

/** A reading of what is no object: it has no validators that a condition could be held against. */
const NO_VALIDATORS: Meanings = {
  'if-match': 'meaningless',
  'if-none-match': 'meaningless',
  'if-modified-since': 'meaningless',
  'if-unmodified-since': 'meaningless',
  'if-range': 'meaningless',
};

/** What an object is created with. */
const OBJECT: Meanings = {
  'x-amz-meta-*': 'honoured',
  'x-amz-tagging': 'honoured',
  'x-amz-website-redirect-location': UNSUPPORTED,
  'x-amz-storage-class': { only: ['STANDARD'], otherwise: UNSUPPORTED },
  // the bucket's owner is enforced: these two change nothing
  'x-amz-acl': { only: ['private', 'bucket-owner-full-control'], otherwise: NO_ACLS },
  'x-amz-grant-*': NO_ACLS,
  'x-amz-server-side-encryption': { only: ['AES256'], otherwise: UNSUPPORTED },
  'x-amz-server-side-encryption-bucket-key-enabled': { only: ['false'], otherwise: UNSUPPORTED },
  'x-amz-server-side-encryption-aws-kms-key-id': UNSUPPORTED,
  'x-amz-server-side-encryption-context': UNSUPPORTED,
  'x-amz-server-side-encryption-customer-*': UNSUPPORTED,
  'x-amz-object-lock-*': NO_OBJECT_LOCK,
  'x-amz-write-offset-bytes': DIRECTORY_BUCKETS_ONLY,
};

/** What a part may not be sent with: it belongs to the upload. */
const PART: Meanings = {
  'x-amz-server-side-encryption-customer-*': UNSUPPORTED,
  'x-amz-meta-*': { refused: 'InvalidArgument', why: 'Metadata cannot be specified in this context.' },
};

/** No object here is encrypted with a customer's key. */
const NO_CUSTOMER_KEY: Meanings = {
  'x-amz-server-side-encryption-customer-*': {
    refused: 'InvalidRequest',
    why: 'The encryption parameters are not applicable to this object.',
  },
};

const COPY_SOURCE: Meanings = {
  'x-amz-copy-source': 'honoured',
  'x-amz-copy-source-if-match': 'honoured',
  'x-amz-copy-source-if-none-match': 'honoured',
  'x-amz-copy-source-if-modified-since': 'honoured',
  'x-amz-copy-source-if-unmodified-since': 'honoured',
  'x-amz-copy-source-server-side-encryption-customer-*':
    NO_CUSTOMER_KEY['x-amz-server-side-encryption-customer-*']!,
  'x-amz-source-expected-bucket-owner': 'honoured',
};

const DELETING: Meanings = {
  // only a bucket that asks for MFA looks at it
  'x-amz-mfa': 'meaningless',
  'x-amz-bypass-governance-retention': {
    refused: 'InvalidArgument',
    why: 'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
  },
};

const OBJECT_READING: Inputs = {
  parameters: {
    versionId: 'honoured',
    partNumber: 'honoured',
    'response-cache-control': 'honoured',
    'response-content-disposition': 'honoured',
    'response-content-encoding': 'honoured',
    'response-content-language': 'honoured',
    'response-content-type': 'honoured',
    'response-expires': 'honoured',
  },
  headers: {
    ...READ_CONDITIONS,
    ...NO_CUSTOMER_KEY,
    'x-amz-checksum-mode': 'honoured',
    // of the body that a read has not: the JS SDK sends it where it is not to validate the answer
    'x-amz-checksum-*': 'meaningless',
  },
};

const LISTING: Meanings = {
  prefix: 'honoured',
  delimiter: 'honoured',
  'encoding-type': 'honoured',
  'max-keys': 'honoured',
};

/** A restored object is the only optional attribute, and nothing is archived here. */
const OBJECT_LISTING: Meanings = { ...NO_VALIDATORS, 'x-amz-optional-object-attributes': 'meaningless' };

const NO_VERSION: Refusal = {
  refused: 'InvalidArgument',
  why: 'This operation does not accept a version-id.',
};

/**
 * What each operation of S3 is asked with: a query parameter or an `x-amz-` header is honoured, known to be without
 * effect, or refused; one that is not in the table is refused by name, never let through unread.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export const OPERATIONS = {
  ListBuckets: { headers: NO_VALIDATORS },
  HeadBucket: { headers: NO_VALIDATORS },
  GetBucketLocation: { headers: NO_VALIDATORS },
  GetBucketVersioning: { headers: NO_VALIDATORS },
  /** Each of its reads: `?notification`, `?lifecycle` … */
  GetBucketConfiguration: { headers: NO_VALIDATORS },
  PutBucketNotificationConfiguration: {
    // there is no destination to validate but the bus
    headers: { ...BODY, 'x-amz-skip-destination-validation': 'meaningless' },
  },
  /** Each of its writes, which the template makes. */
  ChangeBucketConfiguration: { headers: BODY },
  ListObjects: { parameters: { ...LISTING, marker: 'honoured' }, headers: OBJECT_LISTING },
  ListObjectsV2: {
    parameters: {
      ...LISTING,
      'continuation-token': 'honoured',
      'start-after': 'honoured',
      'fetch-owner': 'honoured',
    },
    headers: OBJECT_LISTING,
  },
  ListObjectVersions: {
    parameters: { ...LISTING, 'key-marker': 'honoured', 'version-id-marker': 'honoured' },
    headers: OBJECT_LISTING,
  },
  ListMultipartUploads: {
    parameters: {
      prefix: 'honoured',
      delimiter: 'honoured',
      'encoding-type': 'honoured',
      'max-uploads': 'honoured',
      'key-marker': 'honoured',
      'upload-id-marker': 'honoured',
    },
    headers: NO_VALIDATORS,
  },
  DeleteObjects: { headers: { ...BODY, ...DELETING } },

  GetObject: OBJECT_READING,
  HeadObject: OBJECT_READING,
  PutObject: {
    parameters: { versionId: NO_VERSION },
    headers: { ...BODY, ...OBJECT, ...WRITE_CONDITIONS },
  },
  /** The fields of a form. */
  // a form gives its tags in a field of its own
  PostObject: { headers: { 'x-amz-checksum-*': 'honoured', ...OBJECT, 'x-amz-tagging': UNSUPPORTED } },
  CopyObject: {
    parameters: { versionId: NO_VERSION },
    headers: {
      ...OBJECT,
      ...COPY_SOURCE,
      ...WRITE_CONDITIONS,
      'x-amz-metadata-directive': 'honoured',
      'x-amz-tagging-directive': 'honoured',
      'x-amz-checksum-algorithm': 'honoured',
    },
  },
  DeleteObject: {
    parameters: { versionId: 'honoured' },
    headers: {
      ...DELETING,
      'if-match': 'honoured',
      'x-amz-if-match-size': DIRECTORY_BUCKETS_ONLY,
      'x-amz-if-match-last-modified-time': DIRECTORY_BUCKETS_ONLY,
    },
  },

  GetObjectTagging: { parameters: { versionId: 'honoured' }, headers: NO_VALIDATORS },
  PutObjectTagging: { parameters: { versionId: 'honoured' }, headers: BODY },
  DeleteObjectTagging: { parameters: { versionId: 'honoured' } },

  CreateMultipartUpload: {
    headers: { ...OBJECT, 'x-amz-checksum-algorithm': 'honoured', 'x-amz-checksum-type': 'honoured' },
  },
  UploadPart: { headers: { ...BODY, ...PART } },
  UploadPartCopy: { headers: { ...PART, ...COPY_SOURCE, 'x-amz-copy-source-range': 'honoured' } },
  CompleteMultipartUpload: {
    headers: { ...BODY, ...PART, ...WRITE_CONDITIONS, 'x-amz-mp-object-size': 'honoured' },
  },
  AbortMultipartUpload: { headers: { 'x-amz-if-match-initiated-time': DIRECTORY_BUCKETS_ONLY } },
  ListParts: {
    parameters: { 'max-parts': 'honoured', 'part-number-marker': 'honoured' },
    headers: { ...NO_VALIDATORS, ...NO_CUSTOMER_KEY },
  },
} as const satisfies Readonly<Record<string, Inputs>>;

export type OperationName = keyof typeof OPERATIONS;

/** What `operation` makes of a header: its own word first, then that of every operation. */
export function meaningOfHeader(operation: OperationName, name: string): Meaning | undefined {
  const { headers = {} }: Inputs = OPERATIONS[operation];
  return meaningOf(headers, name) ?? meaningOf(ANY, name);
}

/** What `operation` makes of a query parameter. */
export function meaningOfParameter(operation: OperationName, name: string): Meaning | undefined {
  const { parameters = {} }: Inputs = OPERATIONS[operation];
  return meaningOf(parameters, name);
}

function meaningOf(meanings: Meanings, name: string): Meaning | undefined {
  if (Object.hasOwn(meanings, name)) return meanings[name];
  const family = Object.keys(meanings).find((pattern) => matchesStars(pattern, name));
  return family === undefined ? undefined : meanings[family];
}
