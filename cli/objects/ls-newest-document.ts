import { Type } from 'typebox';
import { outcomesByConsumer } from '../fate/fate-document.ts';
import {
  consumerNames,
  count,
  documentSchema,
  fields,
  isComplete,
  moment,
  target,
} from '../terminal/document.ts';

export const lsNewestDocument = documentSchema(
  'ls newest',
  'What keys hold now, objects and delete markers, the ones that changed last first.',
  {
    target,
    bucket: Type.String(),
    prefix: Type.String(),
    from: Type.Enum(['runtime', 'ledger'], {
      description:
        'runtime: the local runtime’s own order, exact. ledger: the lines of the last hours, in AWS, where S3 lists by key alone.',
    }),
    ledger: Type.Optional(
      fields(
        { since: moment, until: moment, objects: count(), bytes: count() },
        'Which hours of the ledger were looked at, and how many of its objects and bytes were read for it.',
      ),
    ),
    objects: Type.Array(
      fields({
        key: Type.String(),
        size: Type.Optional(count('Absent for what is deleted.')),
        etag: Type.Optional(Type.String()),
        lastModified: moment,
        versionId: Type.Optional(Type.String()),
        isDeleted: Type.Boolean({ description: 'The key holds a delete marker.' }),
        consumers: consumerNames,
        outcomes: Type.Optional(outcomesByConsumer),
      }),
    ),
    isTruncated: Type.Boolean(),
    next: Type.Optional(
      Type.String({ description: 'What --after takes to go on from here; absent when nothing follows.' }),
    ),
    isComplete,
  },
);
