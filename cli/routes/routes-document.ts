import { Type } from 'typebox';
import { documentSchema, fields } from '../terminal/document.ts';

export const routesDocument = documentSchema('routes', 'Which consumers would make something of each key.', {
  stack: Type.String(),
  pipeline: Type.String({ description: 'The id of its construct: Default' }),
  routes: Type.Array(
    fields({
      key: Type.String(),
      consumers: Type.Array(
        fields({
          consumer: Type.String(),
          verdict: Type.Enum(['wanted', 'skipped', 'not-matched']),
          why: Type.Optional(Type.String({ description: 'Why it is skipped.' })),
        }),
      ),
    }),
  ),
});
