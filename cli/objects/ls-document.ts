import { Type } from 'typebox';
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
      }),
    ),
    isTruncated: Type.Boolean(),
    isComplete,
  },
);
