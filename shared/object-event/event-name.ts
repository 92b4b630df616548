import type { DeliveredEvent, ObjectDeleted } from './object-event.ts';

/** What an event is: the part of it that S3 says in one word in a classic notification, and in three on EventBridge. */
export interface EventMeaning {
  readonly detailType: DeliveredEvent['detailType'];
  readonly reason?: string;
  readonly deletionType?: ObjectDeleted['deletionType'];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
const MEANINGS: Readonly<Record<string, EventMeaning>> = {
  'ObjectCreated:Put': { detailType: 'Object Created', reason: 'PutObject' },
  'ObjectCreated:Post': { detailType: 'Object Created', reason: 'POST Object' },
  'ObjectCreated:Copy': { detailType: 'Object Created', reason: 'CopyObject' },
  'ObjectCreated:CompleteMultipartUpload': {
    detailType: 'Object Created',
    reason: 'CompleteMultipartUpload',
  },
  'ObjectRemoved:Delete': {
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    deletionType: 'Permanently Deleted',
  },
  'ObjectRemoved:DeleteMarkerCreated': {
    detailType: 'Object Deleted',
    reason: 'DeleteObject',
    deletionType: 'Delete Marker Created',
  },
  'LifecycleExpiration:Delete': {
    detailType: 'Object Deleted',
    reason: 'Lifecycle Expiration',
    deletionType: 'Permanently Deleted',
  },
  'LifecycleExpiration:DeleteMarkerCreated': {
    detailType: 'Object Deleted',
    reason: 'Lifecycle Expiration',
    deletionType: 'Delete Marker Created',
  },
  'ObjectRestore:Post': { detailType: 'Object Restore Initiated' },
  'ObjectRestore:Completed': { detailType: 'Object Restore Completed' },
  'ObjectRestore:Delete': { detailType: 'Object Restore Expired' },
  LifecycleTransition: { detailType: 'Object Storage Class Changed' },
  IntelligentTiering: { detailType: 'Object Access Tier Changed' },
  'ObjectAcl:Put': { detailType: 'Object ACL Updated' },
  'ObjectTagging:Put': { detailType: 'Object Tags Added' },
  'ObjectTagging:Delete': { detailType: 'Object Tags Deleted' },
  'ObjectAnnotation:Put': { detailType: 'Object Annotation Created', reason: 'PutObjectAnnotation' },
  'ObjectAnnotation:Delete': { detailType: 'Object Annotation Removed', reason: 'DeleteObjectAnnotation' },
  'ObjectRetention:Put': { detailType: 'Object Retention Updated' },
};

const KNOWN = Object.entries(MEANINGS);
const DETAIL_TYPES: ReadonlySet<string> = new Set(KNOWN.map(([, { detailType }]) => detailType));

export function isDetailType(text: string): text is DeliveredEvent['detailType'] {
  return DETAIL_TYPES.has(text);
}

/**
 * S3's own word for an event of the bus, e.g. `ObjectCreated:Put`. A reason that S3 has added since becomes a word of
 * the same family, `ObjectCreated:RenameObject`, as S3 would have made it; a delete for an unknown reason is still a
 * delete.
 */
export function eventNameOf({ detailType, reason, deletionType }: EventMeaning): string {
  const alike = KNOWN.filter(
    ([, meaning]) => meaning.detailType === detailType && meaning.deletionType === deletionType,
  );
  const [name = detailType] = alike.find(([, meaning]) => meaning.reason === reason) ?? alike[0] ?? [];
  const isUnknownReason = detailType === 'Object Created' && MEANINGS[name]?.reason !== reason;
  return isUnknownReason ? ['ObjectCreated', reason?.replaceAll(' ', '')].filter(Boolean).join(':') : name;
}

/** What a classic event name means; undefined for one that has no counterpart on the bus (replication, lost objects). */
export function meaningOf(eventName: string): EventMeaning | undefined {
  if (Object.hasOwn(MEANINGS, eventName)) {
    return MEANINGS[eventName];
  }
  const [family, reason] = eventName.split(':');
  return family === 'ObjectCreated' && reason ? { detailType: 'Object Created', reason } : undefined;
}
