import { Type } from 'typebox';
import { documentSchema, fields, isComplete, moment, target } from '../terminal/document.ts';

const line = {
  timestamp: moment,
  consumer: Type.String(),
  message: Type.Union([Type.String(), Type.Record(Type.String(), Type.Unknown())], {
    description: 'A line that is JSON as its object, any other as it is.',
  }),
};

export const logsDocument = documentSchema(
  'logs',
  'Lines of the functions’ logs; a line that is JSON as its object.',
  { target, since: Type.String(), events: Type.Array(fields(line)), isComplete },
);

export const logsLineDocument = documentSchema('logs line', 'With --follow: a document a line.', {
  target,
  ...line,
});
