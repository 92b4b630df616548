import { Type } from 'typebox';
import { unavailable } from '../metrics/unavailable.ts';
import { count, documentSchema, fields, moment, target } from '../terminal/document.ts';

const kind = Type.Enum(['queue', 'rule']);
const reason = Type.String({
  description:
    'malformed-event, unsupported-event, retries-exhausted, function-failed, received-too-often (of a queue that somebody else drains), expired (in the local runtime only), or the error code of a rule',
});

/** Letters of one queue that were given up for one reason. */
export const letterGroupSchema = fields({
  consumer: Type.String(),
  kind,
  reason,
  count: count(),
  oldest: moment,
  expires: Type.String({ format: 'date-time', description: 'When the queue drops the oldest of them.' }),
  lastError: Type.Optional(Type.String({ description: 'Of the newest of them.' })),
  replay: Type.Optional(
    fields(
      { since: moment, until: moment },
      'Of letters that have no queue to go back to, and cannot be redriven: the time of their events. A replay of it to this consumer delivers them.',
    ),
  ),
});

const letterSummary = {
  consumer: Type.String(),
  kind,
  messageId: Type.String(),
  reason,
  errorName: Type.Optional(Type.String()),
  errorMessage: Type.Optional(Type.String()),
  sentAt: moment,
  keys: Type.Array(Type.String()),
};

export const deadListDocument = documentSchema('dead list', 'Every dead letter that matches.', {
  target,
  inHand: count('Letters that another command has in hand: they cannot be seen now.'),
  groups: Type.Array(letterGroupSchema),
  letters: Type.Array(fields(letterSummary)),
  unavailable,
});

export const deadShowDocument = documentSchema('dead show', 'One letter whole.', {
  target,
  letter: fields({
    ...letterSummary,
    attributes: Type.Record(Type.String(), Type.String()),
    body: Type.String(),
  }),
});

/** Ids that a command line has named. */
export const lettersNotFound = Type.Array(Type.String(), {
  description: 'Ids of --message-id that no letter which the flags mean has.',
});

export const deadPurgeDocument = documentSchema(
  'dead purge',
  'Letters by consumer, queue and reason, and how many were deleted.',
  {
    target,
    dryRun: Type.Boolean(),
    groups: Type.Array(letterGroupSchema),
    matched: count(),
    purged: count(),
    notFound: lettersNotFound,
  },
);
