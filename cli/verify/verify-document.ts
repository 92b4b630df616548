import { Type } from 'typebox';
import {
  count,
  counts,
  documentSchema,
  fields,
  isComplete,
  moment,
  orNull,
  queued,
  target,
} from '../terminal/document.ts';

const howMany = Type.Optional(count());

export const verifyDocument = documentSchema('verify', 'How bucket and tables differ.', {
  target,
  findings: Type.Array(
    fields({
      class: Type.Enum([
        'missing',
        'stale',
        'tombstoned-but-present',
        'present-but-gone',
        'foreign',
        'not-counted',
        'waiting',
        'dead-lettered',
      ]),
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
      row: orNull(
        fields({
          key: Type.String(),
          isDeleted: Type.Boolean(),
          versionId: Type.Optional(Type.String()),
          etag: Type.Optional(Type.String()),
          sequencer: Type.Optional(Type.String()),
          eventTime: Type.Optional(Type.String()),
          status: Type.Optional(Type.String()),
        }),
      ),
      isRepairSent: Type.Boolean(),
    }),
  ),
  counts: fields({
    missing: howMany,
    stale: howMany,
    'tombstoned-but-present': howMany,
    'present-but-gone': howMany,
    foreign: howMany,
    'not-counted': howMany,
    waiting: howMany,
    'dead-lettered': howMany,
  }),
  compared: fields({
    objects: count(),
    rows: count(),
    csvObjects: count(),
    pending: count(),
    byConsumer: counts('Objects that must have a row at each consumer that keeps rows.'),
  }),
  repairsSent: count(),
  isClean: Type.Boolean(),
  isComplete,
  isSettled: Type.Boolean({ description: 'Nothing is on its way that could still change the verdict.' }),
  queued,
  notCompared: Type.Array(
    fields({
      consumer: Type.String(),
      keeps: Type.Enum(['lines', 'objects', 'nothing']),
      note: Type.String(),
    }),
    { description: 'Consumers that keep no rows: what they have done is not proven.' },
  ),
});
