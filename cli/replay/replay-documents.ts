import { Type } from 'typebox';
import {
  consumerTarget,
  count,
  documentSchema,
  fields,
  moment,
  orNull,
  target,
} from '../terminal/document.ts';

/** Where a replay is. */
export const replayStateSchema = fields({
  name: Type.String(),
  state: Type.String({ enum: ['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED'] }),
  progress: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'How much of its time it has gone through, by the last event that it replayed.',
  }),
  stateReason: Type.Optional(Type.String()),
  since: moment,
  until: moment,
  lastReplayed: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'The time of the event that was replayed last: the progress.',
    }),
  ),
  startedAt: Type.Optional(moment),
  endedAt: Type.Optional(moment),
  ruleArns: Type.Optional(
    Type.Array(Type.String(), {
      description: 'ARNs of the rules that it reaches; a list of replays does not have them.',
    }),
  ),
});

/** What a replay of a window would bring to each consumer. */
export const replayPreviewSchema = fields({
  countedBy: Type.Enum(['archive', 'metrics'], {
    description:
      '`archive`: counted. `metrics`: what the rules delivered in that time, which CloudWatch does not promise to be complete.',
  }),
  events: count(),
  costUsd: Type.Number({ description: 'Of EventBridge; the consumers’ own work comes on top.' }),
  objects: Type.Optional(
    fields(
      {
        count: count(),
        keys: Type.Array(Type.String(), {
          description: 'The first 20 of them, by their events’ times.',
        }),
      },
      'Which objects the events are about, where the archive can be read: a replay of a time brings all of them.',
    ),
  ),
  consumers: Type.Array(
    fields({
      consumer: Type.String(),
      events: count(),
      rows: Type.Optional(
        fields(
          {
            behind: count('The archive holds a newer event than the row: they will change.'),
            current: count(
              'They show the newest event of the window: recomputed if the consumer’s revision was raised since, else untouched.',
            ),
            newer: count('They show something newer: untouched.'),
          },
          'Of a consumer with one row per object, where the archive can be read.',
        ),
      ),
    }),
  ),
});

/** What a replay has brought about at a consumer, by its log. */
export const replayOutcomesSchema = fields({
  consumer: Type.String(),
  recomputed: count('Stored: recomputed by a raised revision, or brought for the first time.'),
  alreadyThere: count('The store showed the event, or a newer one, before.'),
  skipped: count('The consumer keeps nothing for such a name.'),
  duplicates: orNull(
    count(
      'The same event more than once: at-least-once delivery. Null of a consumer of whole batches: its log counts only.',
    ),
  ),
  failed: count('Tries that failed, of which some may have succeeded since.'),
  lastError: Type.Optional(Type.String({ description: 'Of the last try that failed.' })),
});

/** What is left of a replay that has sent all its events. */
export const replayLeftSchema = fields({
  countedBy: Type.Enum(['replay', 'queues'], {
    description: 'Of `replay` only its own events are counted; of `queues` all that is in the queues.',
  }),
  consumers: Type.Array(
    fields({
      consumer: Type.String(),
      target: consumerTarget,
      waiting: count('Not tried yet; where the target is a queue, for whoever drains it.'),
      retried: count('In its function’s hand, or to be tried again after a failure.'),
      letters: orNull(count('Given up, and dead letters now; null when nobody knows.')),
    }),
  ),
});

export const replayDocument = documentSchema(
  'replay',
  'What a replay would bring, and unless --dry-run what it brought.',
  {
    target,
    dryRun: Type.Boolean(),
    since: moment,
    until: moment,
    preview: replayPreviewSchema,
    isNew: Type.Optional(Type.Boolean()),
    replay: Type.Optional(replayStateSchema),
    outcomes: Type.Optional(Type.Array(replayOutcomesSchema)),
    left: Type.Optional(replayLeftSchema),
    isSettled: Type.Optional(
      Type.Boolean({ description: 'Nothing of it is left to do. Absent when it was not waited for.' }),
    ),
  },
);

export const replayListDocument = documentSchema(
  'replay list',
  'The replays of this pipeline’s archive, the newest first.',
  { target, replays: Type.Array(replayStateSchema) },
);

export const replayShowDocument = documentSchema(
  'replay show',
  'Where a replay is, and what it brought about.',
  {
    target,
    replay: replayStateSchema,
    consumers: Type.Array(Type.String(), { description: 'Those of this pipeline that it reaches.' }),
    outcomes: Type.Array(replayOutcomesSchema),
    left: replayLeftSchema,
  },
);

export const replayCancelDocument = documentSchema(
  'replay cancel',
  'The replay after it was asked to stop.',
  { target, dryRun: Type.Boolean(), replay: replayStateSchema },
);
