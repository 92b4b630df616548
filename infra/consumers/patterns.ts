import type { ConsumerPattern } from '../consumer-definition.ts';

// What the patterns of several consumers share.

/** Keys that end in `/` are the placeholders that consoles make for folders: nobody wants them. */
export const NOT_A_FOLDER = [{ 'anything-but': { suffix: '/' } }] as const;

/**
 * Leaves out the permanent delete of a named version: it may concern an old version while the object lives on.
 * The first alternative is the creations, which have no deletion-type.
 */
export const OF_THE_CURRENT_OBJECT = [
  { 'deletion-type': [{ exists: false }] },
  { 'deletion-type': ['Delete Marker Created'] },
  { object: { 'version-id': [{ exists: false }] } },
] as const satisfies ConsumerPattern['detail']['$or'];

/** All detail-types of S3. One that S3 adds later stays in the archive, and reaches its consumers once it is written here and replayed. */
export const EVERY_CHANGE = [
  'Object Created',
  'Object Deleted',
  'Object Restore Initiated',
  'Object Restore Completed',
  'Object Restore Expired',
  'Object Storage Class Changed',
  'Object Access Tier Changed',
  'Object ACL Updated',
  'Object Tags Added',
  'Object Tags Deleted',
  'Object Annotation Created',
  'Object Annotation Removed',
  'Object Retention Updated',
] as const satisfies ConsumerPattern['detail-type'];
