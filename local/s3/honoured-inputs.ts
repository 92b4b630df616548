import { matchesStars } from '../../shared/glob.ts';
import {
  ANY,
  BODY,
  BYPASS,
  COPY_SOURCE,
  DELETING,
  DIRECTORY_BUCKETS_ONLY,
  LISTING,
  NO_CUSTOMER_KEY,
  NO_VALIDATORS,
  NO_VERSION,
  OBJECT,
  OBJECT_LISTING,
  OBJECT_READING,
  PART,
  UNSUPPORTED,
  WRITE_CONDITIONS,
  type Inputs,
  type Meaning,
  type Meanings,
} from './header-meanings.ts';

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
    headers: { ...BODY, 'x-amz-skip-destination-validation': 'honoured' },
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

  GetObjectRetention: { parameters: { versionId: 'honoured' }, headers: NO_VALIDATORS },
  PutObjectRetention: { parameters: { versionId: 'honoured' }, headers: { ...BODY, ...BYPASS } },
  GetObjectLegalHold: { parameters: { versionId: 'honoured' }, headers: NO_VALIDATORS },
  PutObjectLegalHold: { parameters: { versionId: 'honoured' }, headers: BODY },

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
