import { Type } from 'typebox';
import { count, documentSchema, fields, moment, orNull, target } from '../terminal/document.ts';

export const archiveDocument = documentSchema(
  'archive',
  'What the archive holds, and how many events of each detail-type came to it in each period of the time asked for.',
  {
    target,
    name: Type.String(),
    state: Type.String({ description: 'As EventBridge says it: ENABLED, DISABLED, CREATING …' }),
    events: count('All that the archive holds; in AWS up to a day behind.'),
    bytes: count('Their size; in AWS up to a day behind.'),
    retentionDays: count('0 = for ever.'),
    since: Type.String({
      format: 'date-time',
      description: 'Where the first period begins: at or before the time that was asked for.',
    }),
    until: moment,
    periodSeconds: Type.Integer({ minimum: 1 }),
    countedBy: Type.Enum(['archive', 'metrics'], {
      description:
        '`archive`: counted, exactly. `metrics`: what CloudWatch counted at rules, in AWS, where no archive can be read; the note says which rules, and what that leaves out.',
    }),
    isCounted: Type.Boolean({ description: 'False where CloudWatch could not be asked: the note says why.' }),
    times: Type.Array(moment, { description: 'When each period begins, oldest first, without a gap.' }),
    types: Type.Array(
      fields({
        type: Type.String({
          description: 'A detail-type; `any` of metrics, which do not tell them apart.',
        }),
        events: Type.Array(count(), { description: 'One number for each of the times.' }),
      }),
      { description: 'Those of which there is an event in this time; none where nothing was counted.' },
    ),
    oldest: orNull(
      Type.String({
        format: 'date-time',
        description:
          'Time of the oldest event in the whole archive; null in an empty one, and in AWS, where nobody can ask.',
      }),
    ),
    newest: orNull(Type.String({ format: 'date-time', description: 'As oldest, of the newest.' })),
    note: Type.Optional(
      Type.String({ description: 'In words, what the numbers are and are not; or why there are none.' }),
    ),
  },
);
