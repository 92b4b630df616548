import { Type } from 'typebox';
import { documentSchema, target } from '../terminal/document.ts';

export const consoleDocument = documentSchema('console', 'Where the console listens, once it does.', {
  target,
  url: Type.String({
    description:
      'What opens the page. In its fragment stands the token of this start: whoever has it may act.',
  }),
  isReadOnly: Type.Boolean(),
});
