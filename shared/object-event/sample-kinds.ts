import type { DeliveredEvent } from './object-event.ts';

/** What S3 sends to the bus, by the name of its kind. */
export interface BusKind {
  readonly type: DeliveredEvent['detailType'];
  readonly words: string;
  readonly reason?: string;
  /** What is said of the object beside its key: everything, all but its size, that it is a marker, or its version alone. */
  readonly holds: 'object' | 'unsized' | 'marker' | 'version';
  /** Whether S3 itself did it, and no request. */
  readonly byS3?: boolean;
  readonly more?: Readonly<Record<string, unknown>>;
}

const MARKER = { 'deletion-type': 'Delete Marker Created' };
const GLACIER = { 'source-storage-class': 'GLACIER' };
const ANNOTATION = {
  'object-annotation': { name: 'summary', size: 24, etag: '05df351ea190dffc26f55c74425b9d7a' },
};

const created = (reason: string, words: string) =>
  ({ type: 'Object Created', words, reason, holds: 'object' }) satisfies BusKind;

export const BUS_KINDS = {
  put: created('PutObject', 'an upload in one request'),
  post: created('POST Object', 'an upload from a form'),
  copy: created('CopyObject', 'a copy'),
  multipart: created('CompleteMultipartUpload', 'an upload in parts'),
  marker: {
    type: 'Object Deleted',
    words: 'a delete, which leaves a marker',
    reason: 'DeleteObject',
    holds: 'marker',
    more: MARKER,
  },
  expired: {
    type: 'Object Deleted',
    words: 'a marker by a lifecycle rule',
    reason: 'Lifecycle Expiration',
    holds: 'marker',
    byS3: true,
    more: MARKER,
  },
  delete: {
    type: 'Object Deleted',
    words: 'a delete for good: of the named version, or in a bucket without versions',
    reason: 'DeleteObject',
    holds: 'version',
    more: { 'deletion-type': 'Permanently Deleted' },
  },
  'restore-initiated': {
    type: 'Object Restore Initiated',
    words: 'a restore is asked for',
    holds: 'object',
    more: GLACIER,
  },
  'restore-completed': {
    type: 'Object Restore Completed',
    words: 'a restored copy is there',
    holds: 'object',
    byS3: true,
    more: { 'restore-expiry-time': '2026-11-27T00:00:00Z', ...GLACIER },
  },
  'restore-expired': {
    type: 'Object Restore Expired',
    words: 'a restored copy is gone',
    holds: 'object',
    byS3: true,
  },
  'storage-class': {
    type: 'Object Storage Class Changed',
    words: 'a lifecycle rule moved it',
    holds: 'object',
    byS3: true,
    more: { 'destination-storage-class': 'GLACIER' },
  },
  'access-tier': {
    type: 'Object Access Tier Changed',
    words: 'Intelligent-Tiering moved it',
    holds: 'object',
    byS3: true,
    more: { 'destination-access-tier': 'ARCHIVE_ACCESS' },
  },
  acl: { type: 'Object ACL Updated', words: 'who may read it changed', holds: 'unsized' },
  tags: { type: 'Object Tags Added', words: 'tags were written', holds: 'unsized' },
  'tags-deleted': { type: 'Object Tags Deleted', words: 'tags were removed', holds: 'unsized' },
  annotation: {
    type: 'Object Annotation Created',
    words: 'an annotation was written',
    reason: 'PutObjectAnnotation',
    holds: 'unsized',
    more: ANNOTATION,
  },
  'annotation-removed': {
    type: 'Object Annotation Removed',
    words: 'an annotation was removed',
    reason: 'DeleteObjectAnnotation',
    holds: 'unsized',
    more: { 'object-annotation': { name: 'summary' } },
  },
  retention: {
    type: 'Object Retention Updated',
    words: 'its retention changed',
    holds: 'object',
    more: { 'object-retention-event-data': {} },
  },
} as const satisfies Readonly<Record<string, BusKind>>;

/** A kind of event that a rule can match. */
export type BusSampleKind = keyof typeof BUS_KINDS;

const OTHER_KINDS = {
  replay: 'an upload as a replay sends it: with the name of the replay',
  backfill: 'an object that was there before, as sluice backfill sends it to a queue',
  notification: 'an upload as a classic S3 notification, its key encoded as in a form',
  'notification-deleted': 'a delete as a classic S3 notification',
  'test-notification': 'what S3 sends once when a classic notification is set up',
  sqs: 'an upload in a batch of SQS messages: what a consumer’s function is invoked with',
} as const;

export type SampleKind = BusSampleKind | keyof typeof OTHER_KINDS;

/** Every kind of sample, with what it is in words. */
export const SAMPLE_KINDS: Readonly<Record<SampleKind, string>> = {
  ...(Object.fromEntries(Object.entries(BUS_KINDS).map(([kind, { words }]) => [kind, words])) as Record<
    BusSampleKind,
    string
  >),
  ...OTHER_KINDS,
};

export const BUS_SAMPLE_KINDS = Object.keys(BUS_KINDS) as readonly BusSampleKind[];
