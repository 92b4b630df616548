import type { FindingClass } from '../../../verify/finding-classes.ts';
import type { Tone } from '../parts/chip.tsx';

/** What a class of findings means, and whether a repair mends it. */
interface ClassWords {
  readonly means: string;
  readonly tone: Tone;
  /** What a repair does not touch, or should not be the first thing to do; then why. */
  readonly caution?: string;
}

export const CLASS_WORDS: Readonly<Record<FindingClass, ClassWords>> = {
  missing: { means: 'The object has no row.', tone: 'bad' },
  stale: { means: 'Its row is of another version.', tone: 'bad' },
  'tombstoned-but-present': {
    means: 'Its row says that the object is deleted, and it is there.',
    tone: 'bad',
  },
  'present-but-gone': { means: 'The row shows an object that the bucket holds no more.', tone: 'bad' },
  foreign: {
    means: 'A row that no rule of this pipeline would have made.',
    tone: 'warn',
    caution:
      'A repair makes it a tombstone where its consumer skips such a name. Any other is left alone: find out who wrote it.',
  },
  'not-counted': { means: 'The object has no count, or one of another version.', tone: 'bad' },
  ahead: {
    means: 'Its row agrees, and claims a place in the order of events that none can have yet.',
    tone: 'bad',
    caution: 'Somebody has forged it: find out who may send to the queue. A repair takes the place away.',
  },
  waiting: {
    means: 'They differ, and an event of the key is on its way, or is being tried again.',
    tone: 'wait',
    caution: 'It mends itself, and a repair leaves it alone.',
  },
  'dead-lettered': {
    means: 'They differ, and a dead letter holds an event of the key.',
    tone: 'bad',
    caution: 'Mend the cause and redrive the letters first.',
  },
};
