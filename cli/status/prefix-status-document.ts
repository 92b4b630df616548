import { Type } from 'typebox';
import { BAD_OUTCOMES, GOOD_OUTCOMES } from './prefix-outcomes.ts';
import {
  count,
  counts,
  countsOf,
  documentSchema,
  fields,
  isComplete,
  queued,
  target,
} from '../terminal/document.ts';

export const statusPrefixDocument = documentSchema(
  'status prefix',
  'What became of all keys under a prefix, counted, and which are bad.',
  {
    target,
    bucket: Type.String(),
    prefix: Type.String(),
    bad: Type.Array(
      fields({
        consumer: Type.String(),
        outcome: Type.Enum([...BAD_OUTCOMES]),
        bucket: Type.String(),
        key: Type.String(),
      }),
    ),
    consumers: Type.Array(
      fields({
        consumer: Type.String(),
        counts: countsOf([...GOOD_OUTCOMES, ...BAD_OUTCOMES], 'How many keys came to what; none that is 0.'),
        byStatus: Type.Optional(
          counts(
            'Of the recorded keys, those that the consumer could not deal with, by the status of their rows; absent when there are none. `sluice ls --status` names them.',
          ),
        ),
      }),
    ),
    keys: count('That bucket or tables hold.'),
    queued,
    isComplete,
  },
);
