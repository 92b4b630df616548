import { Type } from 'typebox';
import { consumerNames, documentSchema, fields, target } from '../terminal/document.ts';

export const rmDocument = documentSchema('rm', 'What was removed, or with --dry-run would be.', {
  target,
  dryRun: Type.Boolean(),
  bucket: Type.String(),
  objects: Type.Array(
    fields({
      key: Type.String(),
      versionId: Type.Optional(Type.String({ description: 'The delete marker.' })),
      error: Type.Optional(Type.String()),
      consumers: consumerNames,
    }),
  ),
});
