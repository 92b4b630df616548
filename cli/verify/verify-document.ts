import { Type } from 'typebox';
import { FINDING_CLASSES } from './finding-classes.ts';
import {
  count,
  counts,
  countsOf,
  documentSchema,
  fields,
  inventory,
  isComplete,
  moment,
  orNull,
  queued,
  target,
} from '../terminal/document.ts';

/** What a row says of its object, as far as it is compared. */
export const objectRow = fields({
  key: Type.String(),
  isDeleted: Type.Boolean(),
  versionId: Type.Optional(Type.String()),
  etag: Type.Optional(Type.String()),
  sequencer: Type.Optional(Type.String()),
  eventTime: Type.Optional(Type.String()),
  status: Type.Optional(
    Type.String({ description: 'How the consumer fared with the content, where its rows say so.' }),
  ),
});

export const verifyDocument = documentSchema('verify', 'How bucket and tables differ.', {
  target,
  inventory: Type.Optional(inventory),
  findings: Type.Array(
    fields({
      class: Type.Enum([...FINDING_CLASSES]),
      consumer: Type.String(),
      bucket: Type.String(),
      key: Type.String(),
      object: orNull(
        fields({
          key: Type.String(),
          versionId: Type.String(),
          isDeleteMarker: Type.Boolean(),
          lastModified: moment,
          size: Type.Optional(count()),
          etag: Type.Optional(Type.String()),
          isLatest: Type.Optional(Type.Boolean()),
        }),
      ),
      row: orNull(objectRow),
      skipped: Type.Optional(
        Type.String({
          description: 'Of a foreign row: why its consumer skips such a name. A repair makes it a tombstone.',
        }),
      ),
      isRepairSent: Type.Boolean(),
    }),
  ),
  counts: countsOf(FINDING_CLASSES),
  compared: fields({
    objects: count(),
    rows: count('Rows that were read, of the tables whose rows are in the order of the bucket’s keys.'),
    csvObjects: count('CSVs whose count was looked up; objects of other consumers are in byConsumer alone.'),
    pending: count('Objects that are too young to be judged.'),
    byConsumer: counts('Objects that must have a row at each consumer that keeps rows.'),
  }),
  skipped: Type.Array(fields({ consumer: Type.String(), why: Type.String(), objects: count() }), {
    description: 'How many objects a consumer keeps nothing of, though its rule lets them through, and why.',
  }),
  repairable: count('Findings that --repair mends: of those that --key and --class name, where given.'),
  repairsSent: count(),
  notFound: Type.Array(Type.String(), {
    description: 'Keys of --key at which nothing differs, or nothing of the classes that --class names.',
  }),
  isClean: Type.Boolean(),
  isComplete,
  isSettled: Type.Boolean({ description: 'Nothing is on its way that could still change the verdict.' }),
  queued,
  notCompared: Type.Array(
    fields({
      consumer: Type.String(),
      keeps: Type.Enum(['lines', 'objects', 'nothing']),
      note: Type.String({
        description: 'In words, what a verification does not prove, and where to look instead.',
      }),
    }),
    { description: 'Consumers that keep no rows: what they have done is not proven.' },
  ),
});
