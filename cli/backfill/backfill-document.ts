import { Type } from 'typebox';
import { count, counts, documentSchema, target } from '../terminal/document.ts';

export const backfillDocument = documentSchema('backfill', 'What was sent, or with --dry-run would be.', {
  target,
  dryRun: Type.Boolean(),
  prefix: Type.String(),
  objects: count('Objects that were looked at.'),
  messages: counts('Messages by consumer.'),
  isComplete: Type.Boolean(),
  checkpoint: Type.Optional(Type.String()),
});
