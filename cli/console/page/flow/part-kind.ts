/** What a part of the pipeline is. */
export type PartKind =
  | 'bucket'
  | 'bus'
  | 'archive'
  | 'rule'
  | 'queue'
  | 'function'
  /** Whoever drains a queue that no function of the stack drains. */
  | 'drainer'
  | 'other-bus'
  | 'state-machine'
  | 'table'
  | 'objects';

/** What stands on it. */
export const PART_TITLES: Readonly<Record<PartKind, string>> = {
  bucket: 'bucket',
  bus: 'bus',
  archive: 'archive',
  rule: 'rule',
  queue: 'queue',
  function: 'function',
  drainer: 'elsewhere',
  'other-bus': 'another bus',
  'state-machine': 'state machine',
  table: 'table',
  objects: 'objects',
};

/** What becomes of the events of a consumer, beside its name; nothing is said of the ordinary way. */
export const TARGET_NOTES: Readonly<Record<'function' | 'queue' | 'bus' | 'state-machine', string>> = {
  function: '',
  queue: 'its queue is drained elsewhere',
  bus: 'to another event bus',
  'state-machine': 'to a state machine',
};
