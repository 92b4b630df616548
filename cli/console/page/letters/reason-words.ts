/** What a reason means, and what to do about letters of it. */
export interface ReasonWords {
  readonly means: string;
  readonly todo: string;
}

interface Reason {
  readonly means: string;
  /** What comes before the letters can go on. */
  readonly mend: string;
  /** Trying again cannot help. */
  readonly isHopeless?: true;
}

const OF_A_QUEUE: Readonly<Record<string, Reason>> = {
  'retries-exhausted': {
    means: 'Its function tried it as often as the queue allows. The last error stands in the letter.',
    mend: 'Mend the cause: a permission, a throttled table, a bug.',
  },
  'function-failed': {
    means: 'Its function died on it, by its time limit or its memory, so SQS gave it up.',
    mend: 'Look at the function’s log, and mend the cause.',
  },
  'received-too-often': {
    means: 'Whoever drains the queue received it as often as the queue allows, and did not delete it.',
    mend: 'Mend that program.',
  },
  expired: {
    means:
      'It waited in its queue for longer than the queue keeps a message: its consumer was stopped or too slow.',
    mend: 'Start or mend the consumer.',
  },
  'malformed-event': {
    means: 'Somebody sent what cannot be read as an event of S3.',
    mend: 'Find out who sent it.',
    isHopeless: true,
  },
  'unsupported-event': {
    means: 'It is an event of a kind that the consumer does not know.',
    mend: 'Find out who sent it.',
    isHopeless: true,
  },
};

const OF_A_RULE: Readonly<Record<string, Reason>> = {
  NO_PERMISSIONS: {
    means: 'EventBridge may not send to the rule’s target.',
    mend: 'Mend the target’s policy or the rule’s role.',
  },
  NO_RESOURCE: {
    means: 'The rule’s target is not there.',
    mend: 'Deploy the stack again, so that the target is there.',
  },
};

/** Another code of EventBridge. */
const UNDELIVERED: Reason = {
  means: 'EventBridge could not deliver it, and gave up.',
  mend: 'Mend the target or its policy.',
};

/** A reason that this version does not know. */
const UNKNOWN: Reason = {
  means: 'The letter names a reason that is not known here.',
  mend: 'Read its error, and mend the cause.',
};

export interface WhoseLetter {
  /** Whose dead-letter queue holds it. */
  readonly kind: 'queue' | 'rule';
  /** Whether it has a queue to go back to. */
  readonly canBeRedriven: boolean;
}

/** @param reason as `dead list` has it */
export function reasonWords(reason: string, { kind, canBeRedriven }: WhoseLetter): ReasonWords {
  const known = kind === 'rule' ? OF_A_RULE : OF_A_QUEUE;
  const other = kind === 'rule' ? UNDELIVERED : UNKNOWN;
  const { means, mend, isHopeless } = Object.hasOwn(known, reason) ? known[reason]! : other;
  return { means, todo: `${mend} ${isHopeless === true ? GIVE_UP : canBeRedriven ? REDRIVE : REPLAY}` };
}

const REDRIVE = 'Then redrive.';
const REPLAY = 'Then replay its time from the archive, and purge the letter: it has no queue to go back to.';
const GIVE_UP = 'A redrive would bring it back here: purge it when nobody wants it.';
