import { Type } from 'typebox';
import { unavailable } from '../metrics/unavailable.ts';
import {
  consumerTarget,
  count,
  documentSchema,
  fields,
  moment,
  orNull,
  target,
} from '../terminal/document.ts';

const perSecond = Type.Number({ minimum: 0 });

export const flowDocument = documentSchema(
  'flow',
  'How much has gone which way since a moment, how fast it goes, and what waits where now. With --follow a document a line. What is null is not known, or a consumer of such a target has none.',
  {
    target,
    at: moment,
    since: Type.String({
      format: 'date-time',
      description:
        'What published, matched, delivered, done and failed count from: locally the first start of the data folder, in AWS some minutes ago.',
    }),
    countedBy: Type.Enum(['runtime', 'metrics'], {
      description: 'runtime: exact, at this moment. metrics: by CloudWatch, which is some minutes behind.',
    }),
    costPerHourUsd: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'In AWS: what looking again and again at this interval costs, at list prices.',
      }),
    ),
    bus: fields({
      published: orNull(count('events that came onto the bus for this pipeline, without replays')),
      waiting: orNull(count('events on the bus that are not handed on yet; not known in AWS')),
      perSecond: orNull(fields({ published: perSecond })),
    }),
    archive: fields({ events: orNull(count('in AWS up to a day behind')) }),
    consumers: Type.Array(
      fields({
        name: Type.String(),
        target: consumerTarget,
        matched: orNull(count('events that its rule matched, replays included')),
        delivered: orNull(count('of them, those that its target took')),
        done: orNull(count('messages of its queue that were deleted: done with')),
        failed: orNull(count('messages tried in vain, each time counted')),
        waiting: orNull(count('messages that can be received now')),
        inFlight: orNull(count('messages in a function’s hand, or to be tried again later')),
        delayed: orNull(count('messages whose delay is not over')),
        oldestAgeSeconds: orNull(count('of the oldest message in the queue; null also when there is none')),
        deadLetters: orNull(count('letters of its queue')),
        ruleDeadLetters: orNull(count('letters of its rule: events that could not be delivered')),
        perSecond: orNull(
          fields(
            { matched: perSecond, done: orNull(perSecond), failed: orNull(perSecond) },
            'Locally of the last seconds, in AWS of the last minutes that CloudWatch has.',
          ),
        ),
      }),
    ),
    unavailable,
  },
);
