import type { ObjectEvent } from './object-event.ts';

/**
 * What the key's current object is once the event has happened: `present`, `deleted`, or undefined when the event says
 * nothing about it. The latest event of a key, by sequencer, that does say something decides the key's row.
 *
 * A permanent delete that names a version says nothing: it may be an old version expiring, or an old marker being
 * removed, while the object lives on; and removing a marker brings an older version back without a create event.
 */
export function stateAfter(event: ObjectEvent): 'present' | 'deleted' | undefined {
  if (event.detailType === 'Object Created') {
    return 'present';
  }
  if (event.detailType !== 'Object Deleted') {
    return undefined;
  }
  if (event.origin === 'backfill') {
    return 'deleted';
  }
  const removesOneVersion = event.deletionType === 'Permanently Deleted' && event.versionId !== undefined;
  return removesOneVersion ? undefined : 'deleted';
}
