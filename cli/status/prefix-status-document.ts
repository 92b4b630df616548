import { Type } from 'typebox';
import { count, documentSchema, fields, isComplete, queued, target } from '../terminal/document.ts';

const bad = [
  'missing',
  'stale',
  'tombstoned-but-present',
  'present-but-gone',
  'foreign',
  'not-counted',
  'dead-lettered',
] as const;

const howMany = Type.Optional(count());

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
        outcome: Type.Enum([...bad]),
        bucket: Type.String(),
        key: Type.String(),
      }),
    ),
    consumers: Type.Array(
      fields({
        consumer: Type.String(),
        counts: fields(
          {
            recorded: howMany,
            pending: howMany,
            skipped: howMany,
            'not-matched': howMany,
            waiting: howMany,
            unknown: howMany,
            unread: howMany,
            missing: howMany,
            stale: howMany,
            'tombstoned-but-present': howMany,
            'present-but-gone': howMany,
            foreign: howMany,
            'not-counted': howMany,
            'dead-lettered': howMany,
          },
          'How many keys came to what; none that is 0.',
        ),
      }),
    ),
    keys: count('That bucket or tables hold.'),
    queued,
    isComplete,
  },
);
