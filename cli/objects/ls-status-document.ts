import { Type } from 'typebox';
import { documentSchema, fields, isComplete, target } from '../terminal/document.ts';

export const lsStatusDocument = documentSchema(
  'ls status',
  'Objects that a consumer could not deal with, by the status of its row, in the order of their keys.',
  {
    target,
    bucket: Type.String(),
    prefix: Type.String(),
    statuses: Type.Array(Type.String(), { description: 'That were asked for.' }),
    objects: Type.Array(
      fields({
        key: Type.String(),
        consumer: Type.String(),
        status: Type.String(),
        error: Type.Optional(Type.String({ description: 'Why, in words.' })),
      }),
    ),
    isTruncated: Type.Boolean(),
    isComplete,
  },
);
