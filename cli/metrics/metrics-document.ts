import { Type } from 'typebox';
import { documentSchema, fields, moment, orNull, target } from '../terminal/document.ts';
import { unavailable } from './unavailable.ts';

/** @param description what the numbers are of, and their unit */
const numbers = (description: string) => Type.Array(orNull(Type.Number({ minimum: 0 })), { description });

const ofAge = (percent: number) =>
  numbers(
    `${percent} % of the live events were done with this many milliseconds after S3 had them, or fewer`,
  );

const ofDuration = (percent: number) =>
  numbers(`${percent} % of the invocations took this many milliseconds, or fewer`);

export const metricsDocument = documentSchema(
  'metrics',
  'How each consumer did, period by period: every series has a number for each of `times`. Null: nothing was measured, or not here. Locally percentiles are within 1 %.',
  {
    target,
    since: moment,
    until: moment,
    periodSeconds: Type.Integer({ minimum: 1 }),
    countedBy: Type.Enum(['runtime', 'cloudwatch']),
    costUsd: Type.Number({ minimum: 0, description: 'What AWS asks for this one answer, at list prices.' }),
    times: Type.Array(moment, { description: 'when each period begins' }),
    consumers: Type.Array(
      fields({
        consumer: Type.String(),
        series: Type.Intersect(
          [
            Type.Object({
              events: numbers('messages that were done with'),
              failed: numbers('messages tried in vain, each time counted'),
              functionErrors: numbers('invocations that failed as a whole'),
              ageP50Ms: ofAge(50),
              ageP95Ms: ofAge(95),
              ageP99Ms: ofAge(99),
              waiting: numbers('the most messages that were seen to wait in the queue'),
              oldestAgeSeconds: numbers('the highest age that a message was seen to have in the queue'),
              durationP50Ms: ofDuration(50),
              durationP95Ms: ofDuration(95),
              durationP99Ms: ofDuration(99),
              memoryMb: numbers('the most memory that an invocation took; null in AWS'),
            }),
            Type.Record(Type.String(), numbers('a sum')),
          ],
          {
            description:
              'Beside the named ones, what the function counts by itself, each by its own name and added up: RowsCounted, BytesCounted …',
          },
        ),
      }),
    ),
    unavailable,
  },
);
