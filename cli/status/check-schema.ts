import { Type } from 'typebox';
import { fields } from '../terminal/document.ts';

/** One thing that was looked at: a part of the pipeline, a joint between two, a permission. */
export const checkSchema = fields({
  name: Type.String({ description: 'one-consumer queue → function' }),
  state: Type.Enum(['ok', 'warning', 'failed']),
  detail: Type.String(),
  nextStep: Type.Optional(Type.String()),
  isUnknown: Type.Optional(
    Type.Boolean({ description: 'True where nobody could look: access denied, not reachable.' }),
  ),
});
