import { Type } from 'typebox';
import { checkSchema } from './check-schema.ts';
import {
  consumerTarget,
  count,
  documentSchema,
  fields,
  moment,
  orNull,
  target,
} from '../terminal/document.ts';

export const statusDocument = documentSchema(
  'status',
  'What waits where, what fails, and which joint does not hold. What is null is not known, or a consumer of such a target has none.',
  {
    target,
    isHealthy: Type.Boolean(),
    at: moment,
    consumers: Type.Array(
      fields({
        name: Type.String(),
        target: consumerTarget,
        rule: orNull(Type.Enum(['enabled', 'disabled', 'missing'])),
        mapping: orNull(
          Type.String({ description: 'enabled, disabled (paused), missing, or a state on the way' }),
        ),
        waiting: orNull(count('about so many messages')),
        inFlight: orNull(count('messages in a function’s hand, or to be tried again later')),
        retrying: orNull(count('messages that failed and will come again; in AWS at most')),
        oldestAgeSeconds: orNull(count('of the oldest message in the queue; null also when there is none')),
        deadLetters: orNull(count()),
        ruleDeadLetters: orNull(count()),
        failed: orNull(count('messages tried in vain since --since, each time counted')),
        functionErrors: orNull(count('invocations that failed as a whole since --since')),
        lastError: orNull(fields({ at: moment, error: Type.String() })),
        keeps: orNull(
          fields(
            {
              kind: Type.Enum(['rows', 'lines', 'objects', 'nothing']),
              place: Type.Optional(
                Type.String({ description: 'The table, or s3://BUCKET/PREFIX; absent of nothing.' }),
              ),
            },
            'What the consumer keeps of an object, and where. Null where the stack does not say.',
          ),
        ),
      }),
    ),
    archive: orNull(
      fields({
        name: Type.String(),
        state: Type.String(),
        events: count('in AWS up to a day behind'),
        bytes: count(),
        retentionDays: count('0 = for ever'),
      }),
    ),
    joints: Type.Array(checkSchema, { description: 'every part and joint that was looked at' }),
    tally: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), {
      description: 'what the local runtime removed, gave back or set aside, by name; empty in AWS',
    }),
    problems: Type.Array(Type.String(), { description: 'what an operator must look at, in words' }),
  },
);
