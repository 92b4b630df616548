import { Type } from 'typebox';
import { count, documentSchema, fields } from '../terminal/document.ts';

export const testPatternDocument = documentSchema(
  'test-pattern',
  'Which events a pattern matches, each as EventBridge’s TestEventPattern answers it.',
  {
    pattern: Type.Unknown({ description: 'The pattern, as JSON.' }),
    complexity: count('By the measure of AWS’s open matcher: up to 7 is surely accepted, 11 refused.'),
    results: Type.Array(
      fields({
        Result: Type.Boolean({ description: 'As TestEventPattern names it.' }),
        from: Type.String({ description: 'Where the event was read: a file, or event 2 of it.' }),
        key: Type.Optional(Type.String()),
      }),
    ),
  },
);
