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
export type Meanings = Readonly<Record<string, Meaning>>;

/** All that an operation knows beside what names it. Whatever is not here is refused by name. */
export interface Inputs {
  readonly parameters?: Meanings;
  /** `x-amz-…`, and the conditions of HTTP; other headers (`user-agent` …) are HTTP's own and pass. */
  readonly headers?: Meanings;
}

export const UNSUPPORTED: Refusal = { refused: 'NotImplemented' };

const NO_ACLS: Refusal = { refused: 'AccessControlListNotSupported', why: 'The bucket does not allow ACLs' };

export const DIRECTORY_BUCKETS_ONLY: Refusal = {
  refused: 'NotImplemented',
  why: 'A header you provided implies functionality that is not implemented: it is for directory buckets',
};

/** What every operation takes. */
export const ANY: Meanings = {
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
export const BODY: Meanings = {
  'x-amz-checksum-*': 'honoured',
  'x-amz-trailer': 'honoured',
  'x-amz-decoded-content-length': 'honoured',
};

/** `If-Match` and `If-None-Match` decide over what is there now. */
export const WRITE_CONDITIONS: Meanings = { 'if-match': 'honoured', 'if-none-match': 'honoured' };

const READ_CONDITIONS: Meanings = {
  'if-match': 'honoured',
  'if-none-match': 'honoured',
  'if-modified-since': 'honoured',
  'if-unmodified-since': 'honoured',
  'if-range': 'honoured',
};

/** A reading of what is no object: it has no validators that a condition could be held against. */
export const NO_VALIDATORS: Meanings = {
  'if-match': 'meaningless',
  'if-none-match': 'meaningless',
  'if-modified-since': 'meaningless',
  'if-unmodified-since': 'meaningless',
  'if-range': 'meaningless',
};

/** What an object is created with. */
export const OBJECT: Meanings = {
  'x-amz-meta-*': 'honoured',
  'x-amz-tagging': 'honoured',
  'x-amz-website-redirect-location': UNSUPPORTED,
  'x-amz-storage-class': { only: ['STANDARD'], otherwise: UNSUPPORTED },
  // the bucket's owner is enforced: these two change nothing
  'x-amz-acl': { only: ['private', 'bucket-owner-full-control'], otherwise: NO_ACLS },
  'x-amz-grant-*': NO_ACLS,
  'x-amz-server-side-encryption': { only: ['AES256', 'aws:kms', 'aws:kms:dsse'], otherwise: UNSUPPORTED },
  'x-amz-server-side-encryption-bucket-key-enabled': { only: ['true', 'false'], otherwise: UNSUPPORTED },
  'x-amz-server-side-encryption-aws-kms-key-id': 'honoured',
  // nothing is encrypted that it could be held against
  'x-amz-server-side-encryption-context': 'meaningless',
  'x-amz-server-side-encryption-customer-*': UNSUPPORTED,
  // refused where the bucket has no lock
  'x-amz-object-lock-mode': 'honoured',
  'x-amz-object-lock-retain-until-date': 'honoured',
  'x-amz-object-lock-legal-hold': 'honoured',
  'x-amz-write-offset-bytes': DIRECTORY_BUCKETS_ONLY,
};

/** What a part may not be sent with: it belongs to the upload. */
export const PART: Meanings = {
  'x-amz-server-side-encryption-customer-*': UNSUPPORTED,
  'x-amz-meta-*': { refused: 'InvalidArgument', why: 'Metadata cannot be specified in this context.' },
};

/** No object here is encrypted with a customer's key. */
export const NO_CUSTOMER_KEY: Meanings = {
  'x-amz-server-side-encryption-customer-*': {
    refused: 'InvalidRequest',
    why: 'The encryption parameters are not applicable to this object.',
  },
};

export const COPY_SOURCE: Meanings = {
  'x-amz-copy-source': 'honoured',
  'x-amz-copy-source-if-match': 'honoured',
  'x-amz-copy-source-if-none-match': 'honoured',
  'x-amz-copy-source-if-modified-since': 'honoured',
  'x-amz-copy-source-if-unmodified-since': 'honoured',
  'x-amz-copy-source-server-side-encryption-customer-*':
    NO_CUSTOMER_KEY['x-amz-server-side-encryption-customer-*']!,
  'x-amz-source-expected-bucket-owner': 'honoured',
};

/** Refused where the bucket has no lock. */
export const BYPASS: Meanings = { 'x-amz-bypass-governance-retention': 'honoured' };

export const DELETING: Meanings = {
  ...BYPASS,
  // only a bucket that asks for MFA looks at it
  'x-amz-mfa': 'meaningless',
};

export const OBJECT_READING: Inputs = {
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

export const LISTING: Meanings = {
  prefix: 'honoured',
  delimiter: 'honoured',
  'encoding-type': 'honoured',
  'max-keys': 'honoured',
};

/** A restored object is the only optional attribute, and nothing is archived here. */
export const OBJECT_LISTING: Meanings = {
  ...NO_VALIDATORS,
  'x-amz-optional-object-attributes': 'meaningless',
};

export const NO_VERSION: Refusal = {
  refused: 'InvalidArgument',
  why: 'This operation does not accept a version-id.',
};
