import { Type } from 'typebox';
import { documentSchema, fields, isComplete, moment, orNull, target } from '../terminal/document.ts';

export const wouldSendDocument = documentSchema(
  'status would-send',
  'What the local runtime would have sent to what runs in AWS alone, newest first.',
  {
    target,
    events: Type.Array(
      fields({
        at: moment,
        consumer: orNull(
          Type.String({
            description: 'Whose rule would have sent it; null where a function or a client would have.',
          }),
        ),
        by: Type.String({
          description: 'Name of the rule or the function; local for a client of this machine.',
        }),
        to: Type.String({ description: 'ARN of where it would have gone.' }),
        key: Type.Optional(Type.String({ description: 'Key of the object that it is about.' })),
        event: Type.Unknown({ description: 'The whole event, or the execution’s input.' }),
      }),
    ),
    isTruncated: Type.Boolean({ description: 'There is more than --limit.' }),
    isComplete,
  },
);
