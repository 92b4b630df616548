import { Type } from 'typebox';
import { count, documentSchema, fields, moment, orNull, target } from '../terminal/document.ts';

const clause = fields({
  path: Type.String({
    description: 'detail.object.key; empty where all fields must meet in one element of an array.',
  }),
  wanted: Type.String({ description: 'The list as JSON text; of a $or in words.' }),
  found: Type.Array(Type.String(), { description: 'The event’s values there, as JSON texts; none: absent.' }),
  matched: Type.Boolean(),
  held: Type.Optional(Type.Array(Type.String(), { description: 'Those of a list of several that hold.' })),
  alternatives: Type.Optional(
    Type.Array(Type.Array(Type.Unknown()), { description: 'Of a $or: the clauses of each alternative.' }),
  ),
});

const judgements = Type.Array(
  fields({
    consumer: Type.String({ description: 'Its name; of --pattern: the pattern' }),
    verdict: Type.Enum(['wanted', 'skipped', 'not-matched']),
    isEnabled: Type.Boolean({ description: 'False: its rule is disabled, and nothing reaches it.' }),
    why: Type.Optional(Type.String({ description: 'Why it is skipped.' })),
    clauses: Type.Array(clause),
  }),
);

const patterns = {
  patterns: Type.Array(
    fields({
      consumer: Type.String({ description: 'As in an event’s consumers.' }),
      pattern: Type.Unknown({ description: 'As JSON.' }),
      complexity: count('By the measure of AWS’s open matcher.'),
      characters: count('Its length, without spaces between its words.'),
      combinations: count('What its $or lists come to when they are multiplied out; 1 without any.'),
    }),
    { description: 'What the events are held against.' },
  ),
  quota: fields(
    {
      surelyAccepted: count('Complexity up to which AWS surely accepts a pattern.'),
      refusedFrom: count('Complexity that was seen refused.'),
      characters: count('EventBridge takes no longer pattern.'),
      combinations: count('EventBridge takes no more of them.'),
    },
    'What EventBridge takes of a pattern.',
  ),
};

export const explainDocument = documentSchema('explain', 'Why events match the rules, or do not.', {
  target,
  ...patterns,
  events: Type.Array(
    fields({
      from: Type.String({ description: 'The key, or where the event was read.' }),
      key: Type.Optional(Type.String()),
      isThere: Type.Optional(
        Type.Boolean({ description: 'Whether the key holds an object now; of a key alone.' }),
      ),
      was: Type.Optional(Type.String({ description: 'What it was when it was no event of the bus.' })),
      event: Type.Record(Type.String(), Type.Unknown()),
      consumers: judgements,
    }),
  ),
});

export const explainArchiveDocument = documentSchema(
  'explain archive',
  'Which archived events a pattern would have matched.',
  {
    target,
    ...patterns,
    from: Type.Enum(['archive', 'ledger'], {
      description:
        'ledger: in AWS, where nobody can read an archive, the lines of the last hours, rebuilt as events as far as they tell.',
    }),
    note: Type.Optional(
      Type.String({ description: 'In words, what events of the ledger lack, and how far it was read.' }),
    ),
    ledger: Type.Optional(
      fields(
        {
          consumer: Type.String(),
          since: moment,
          until: moment,
          objects: count(),
          bytes: count(),
          isComplete: Type.Boolean({
            description: 'False where a bound ended it: older events were not looked at.',
          }),
        },
        'What was read of the ledger.',
      ),
    ),
    since: orNull(Type.String()),
    looked: count('Events of that time, at most --last.'),
    matched: Type.Record(Type.String(), count(), {
      description: 'How many of those looked at the consumer’s pattern matches, by its name.',
    }),
    events: Type.Array(
      fields({
        time: Type.String(),
        type: Type.String({ description: 'Object Created' }),
        key: Type.Optional(Type.String()),
        id: Type.Optional(Type.String()),
        event: Type.Record(Type.String(), Type.Unknown(), {
          description: 'As a whole: what another pattern can be held against.',
        }),
        consumers: judgements,
      }),
    ),
  },
);
