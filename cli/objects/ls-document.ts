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

export const lsDocument = documentSchema(
  'ls',
  'Objects in the order of their keys, with the consumers whose pattern each matches.',
  {
    target,
    bucket: Type.String(),
    prefix: Type.String(),
    objects: Type.Array(
      fields({
        key: Type.String(),
        size: count(),
        etag: Type.String(),
        lastModified: moment,
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
