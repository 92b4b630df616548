import { Type } from 'typebox';
import { outcome } from '../fate/fate-document.ts';
import { consumerNames, count, documentSchema, fields, target } from '../terminal/document.ts';

export const putDocument = documentSchema('put', 'What was uploaded, or with --dry-run would be.', {
  target,
  dryRun: Type.Boolean(),
  bucket: Type.String(),
  notUploaded: count(),
  passedOver: Type.Array(Type.String(), {
    description: 'Links that lead out of a folder that was to be uploaded.',
  }),
  objects: Type.Array(
    fields({
      path: Type.String(),
      key: Type.String(),
      sizeBytes: Type.Optional(count()),
      etag: Type.Optional(Type.String()),
      versionId: Type.Optional(Type.String()),
      reason: Type.Optional(Type.Enum(['PutObject', 'CompleteMultipartUpload'])),
      consumers: consumerNames,
      skippedBy: Type.Array(fields({ consumer: Type.String(), why: Type.String() }), {
        description: 'Consumers whose rule lets it through, and that keep nothing of such a name.',
      }),
    }),
  ),
  outcomes: Type.Optional(
    Type.Array(
      fields({
        key: Type.String(),
        consumers: Type.Array(
          fields({ consumer: Type.String(), outcome, note: Type.Optional(Type.String()) }),
        ),
      }),
      { description: 'With --wait: what became of each object at the consumers that want it.' },
    ),
  ),
});
