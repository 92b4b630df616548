import { Type } from 'typebox';
import { count, documentSchema, target } from '../terminal/document.ts';

const properties = {
  target,
  dryRun: Type.Boolean(),
  consumer: Type.String(),
  before: Type.String({ description: 'state of the event source mapping, as Lambda says it' }),
  state: Type.String(),
  waiting: count('messages in its queue, in flight ones too'),
};

export const pauseDocument = documentSchema('pause', 'A consumer’s messages wait.', properties);

export const resumeDocument = documentSchema('resume', 'A paused consumer goes on.', properties);
