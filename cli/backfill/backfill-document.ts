import { Type } from 'typebox';
import { count, counts, documentSchema, inventory, target } from '../terminal/document.ts';

export const backfillDocument = documentSchema('backfill', 'What was sent, or with --dry-run would be.', {
  target,
  dryRun: Type.Boolean(),
  prefix: Type.String(),
  keys: Type.Optional(Type.Array(Type.String(), { description: 'Those of --key, in place of a prefix.' })),
  inventory: Type.Optional(inventory),
  notFound: Type.Array(Type.String(), { description: 'Keys of --key that hold no object now.' }),
  objects: count('Objects that were looked at.'),
  messages: counts('Messages by consumer.'),
  isComplete: Type.Boolean(),
  checkpoint: Type.Optional(Type.String()),
});
