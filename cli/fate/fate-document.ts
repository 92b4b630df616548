import { Type } from 'typebox';
import { LOGGED_OUTCOMES } from '../../shared/log-fields.ts';
import { count, documentSchema, fields, moment, target } from '../terminal/document.ts';

/** What became of an object at one consumer. */
export const outcome = Type.Enum([
  'recorded',
  'superseded',
  'skipped',
  'waiting',
  'dead-lettered',
  'not-matched',
  'removed-by-version',
  'missing',
  'unknown',
]);

const attempt = fields({
  at: moment,
  outcome: Type.Enum([...LOGGED_OUTCOMES, 'done', 'function-error']),
  durationMs: Type.Optional(count()),
  receiveCount: Type.Optional(count()),
  messageId: Type.Optional(Type.String()),
  eventName: Type.Optional(Type.String()),
  sequencer: Type.Optional(Type.String()),
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
    consumers: Type.Array(
      fields({
        consumer: Type.String(),
        outcome,
        attempts: Type.Array(attempt),
        note: Type.Optional(Type.String()),
        stored: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
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
          ),
        ),
      }),
    ),
  },
);
