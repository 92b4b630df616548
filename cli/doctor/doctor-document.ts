import { Type } from 'typebox';
import { checkSchema } from '../status/check-schema.ts';
import { documentSchema, orNull, target } from '../terminal/document.ts';

export const doctorDocument = documentSchema('doctor', 'What was looked at, and what is wrong.', {
  target: orNull(target),
  checks: Type.Array(checkSchema),
});
