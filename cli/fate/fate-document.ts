import { Type } from 'typebox';
import { LOGGED_OUTCOMES } from '../../shared/log-fields.ts';
import { count, documentSchema, fields, moment, target } from '../terminal/document.ts';

/**
 * What became of an object at one consumer.
 *
 * - `recorded`: its store shows this version.
 * - `superseded`: its store shows a newer version of the key.
 * - `skipped`: it keeps nothing for such a name, or for such a kind of event.
 * - `waiting`: an event of it is on its way, or in the queue (only the local runtime can see that).
 * - `dead-lettered`: a letter holds it, with the reason.
 * - `not-matched`: the rule does not want it.
 * - `removed-by-version`: its store shows a version that was deleted by its id, of which no consumer hears.
 * - `queued`: it waits in a queue that somebody else drains, or is in their hand.
 * - `handed-over`: its rule has sent it on, and what becomes of it there nobody here can see.
 * - `would-send`: its rule sends to what runs in AWS alone, and would have sent this there.
 * - `missing`: nothing is stored and nothing waits; `unknown`: AWS cannot tell whether it waits.
 */
export const OUTCOMES = [
  'recorded',
  'superseded',
  'skipped',
  'waiting',
  'dead-lettered',
  'not-matched',
  'removed-by-version',
  'queued',
  'handed-over',
  'would-send',
  'missing',
  'unknown',
] as const;

export const outcome = Type.Enum([...OUTCOMES]);

/**
 * What became of each object of a list, by consumer, as one look at the rows, the letters and what waits tells it:
 *
 *     {"one-consumer": "recorded", "another": "not-counted", "a-third": "unknown"}
 */
export const outcomesByConsumer = Type.Record(Type.String(), Type.Enum([...OUTCOMES, 'not-counted']), {
  description:
    'What became of it at each consumer, as one look at the rows, the letters and what waits tells it; in the words of `sluice schema status object`, and not-counted for a row whose status says that there is no count. unknown where only a line, an object or a log could tell: `sluice status KEY` looks there.',
});

/**
 * One time that a consumer's function had an event of an object in hand. Its outcome is `failed` when it is to be tried
 * again, `done` when only the queue tells that the event was dealt with, `function-error` when the function died.
 */
export const attempt = fields({
  at: moment,
  outcome: Type.Enum([...LOGGED_OUTCOMES, 'done', 'function-error']),
  durationMs: Type.Optional(count()),
  sentAt: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When its message came into the queue, where that is known.',
    }),
  ),
  receiveCount: Type.Optional(count('How often the message had been handed out, this time included.')),
  messageId: Type.Optional(Type.String()),
  eventName: Type.Optional(Type.String()),
  sequencer: Type.Optional(Type.String()),
  requestId: Type.Optional(Type.String()),
  replayName: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
});

export const statusObjectDocument = documentSchema(
  'status object',
  'What became of an object at each consumer.',
  {
    target,
    bucket: Type.String(),
    key: Type.String(),
    version: fields({
      versionId: Type.String(),
      isLatest: Type.Boolean(),
      isDeleteMarker: Type.Boolean(),
      lastModified: moment,
      size: Type.Optional(count()),
      etag: Type.Optional(Type.String()),
      isRemoved: Type.Optional(
        Type.Literal(true, {
          description: 'The bucket holds no version of the key; a row still shows this one.',
        }),
      ),
    }),
    requestId: Type.Optional(
      Type.String({
        description:
          'The request to S3 that made this version, as S3 answered it in x-amz-request-id: events, rows, lines and logs have it. Absent where nothing says it.',
      }),
    ),
    versions: Type.Array(
      fields({
        versionId: Type.String(),
        isLatest: Type.Boolean(),
        isDeleteMarker: Type.Boolean(),
        lastModified: moment,
        size: Type.Optional(count()),
        etag: Type.Optional(Type.String()),
      }),
      { description: 'What the bucket holds of the key, newest first, at most a thousand.' },
    ),
    events: Type.Optional(
      Type.Array(Type.Unknown(), {
        description:
          'Archived events about the key, whole, newest first, at most 20; absent where nobody can read the archive, as in AWS.',
      }),
    ),
    consumers: Type.Array(
      fields({
        consumer: Type.String(),
        outcome,
        attempts: Type.Array(attempt),
        denied: Type.Optional(
          Type.Array(Type.Enum(['kept', 'log', 'letters']), {
            description: 'What whoever asked may not look at, so that the outcome goes by the rest.',
          }),
        ),
        note: Type.Optional(Type.String({ description: 'Why, and what to do, where there is more to say.' })),
        stored: Type.Optional(
          Type.Record(Type.String(), Type.Unknown(), {
            description: 'The row, the line, or the objects that are kept of it.',
          }),
        ),
        told: Type.Optional(
          fields(
            {
              rows: Type.Optional(Type.String({ description: '4 rows (header included)' })),
              isNotCounted: Type.Boolean(),
              lines: Type.Array(Type.String(), {
                description:
                  'Columns, how it was read, what is odd (! in front); or what to do where there is no count.',
              }),
            },
            'What the stored row says of a count, in words.',
          ),
        ),
        wouldSend: Type.Optional(
          Type.Array(fields({ at: moment, to: Type.String(), event: Type.Unknown() }), {
            description: 'What would have been sent of it, newest first, where the outcome is would-send.',
          }),
        ),
        letter: Type.Optional(
          fields({
            messageId: Type.String(),
            reason: Type.String(),
            sentAt: moment,
            errorName: Type.Optional(Type.String()),
            errorMessage: Type.Optional(Type.String()),
          }),
        ),
        unmet: Type.Optional(
          Type.Array(
            fields({ path: Type.String(), wanted: Type.String(), found: Type.Array(Type.String()) }),
            { description: 'The clauses of the rule that do not hold, where the outcome is not-matched.' },
          ),
        ),
      }),
    ),
  },
);
