import { Type } from 'typebox';
import { unavailable } from '../metrics/unavailable.ts';
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
        {
          consumer: Type.String(),
          since: moment,
          until: moment,
          objects: count(),
          bytes: count(),
          isComplete: Type.Boolean({
            description: 'False where a bound on what is read ended it: older changes were not looked at.',
          }),
          completeSince: Type.Optional(moment),
          unreadable: Type.Optional(count('Lines that cannot be read; absent when there are none.')),
        },
        'Whose lines they are, of which time, and how many objects and bytes of the ledger were read for it. With a bound: since when nothing is missing.',
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
    unavailable: Type.Optional(unavailable),
    isComplete,
  },
);
