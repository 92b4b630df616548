import { Type } from 'typebox';
import { count, documentSchema, fields, moment, target } from '../terminal/document.ts';

export const emptyDocument = documentSchema(
  'empty',
  'What the buckets held, and how much of it was deleted.',
  {
    target,
    dryRun: Type.Boolean(),
    buckets: Type.Array(
      fields({
        bucket: Type.String(),
        versions: count(),
        deleteMarkers: count(),
        uploads: count(),
        bytes: count(),
        locked: Type.Optional(
          count(
            'Versions that nobody may delete yet; absent where the bucket has no Object Lock, and where nobody could ask: then there is a refusal.',
          ),
        ),
        lockedUntil: Type.Optional(moment),
      }),
    ),
    refusal: Type.Optional(
      fields({ why: Type.String(), nextStep: Type.String() }, 'Why nothing is deleted as long as it is so.'),
    ),
    removed: count(),
    failures: Type.Array(
      fields({ bucket: Type.String(), key: Type.String(), versionId: Type.String(), error: Type.String() }),
    ),
  },
);
