import { Type } from 'typebox';
import { letterGroupSchema, lettersNotFound } from './dead-documents.ts';
import { count, documentSchema, fields, target } from '../terminal/document.ts';

export const redriveDocument = documentSchema(
  'redrive',
  'Letters by consumer, queue and reason, and how many were moved.',
  {
    target,
    dryRun: Type.Boolean(),
    groups: Type.Array(letterGroupSchema),
    matched: count('Letters that match, at most --limit; of a long queue those that were looked at.'),
    moved: count(),
    notDeleted: count('Sent, and still there: they will be redriven again.'),
    notFound: lettersNotFound,
    failures: Type.Array(fields({ messageId: Type.String(), error: Type.String() })),
  },
);
