import { Type } from 'typebox';
import { documentSchema, target } from '../terminal/document.ts';

export const envDocument = documentSchema('env', 'Variables that lead other AWS tools to the pipeline.', {
  target,
  set: Type.Record(Type.String(), Type.String(), { description: 'By name: their values.' }),
  unset: Type.Array(Type.String(), { description: 'Would win over those.' }),
});
