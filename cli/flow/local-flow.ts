import type { FlowCounts } from '../../shared/measures.ts';
import { hasFunction, hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueName } from '../pipeline/queue-name.ts';
import type { ConsumerFlow, Flow } from './flow.ts';

/** How events flow by what the runtime counts of itself: exact, at this moment. */
export function localFlow(
  { archiveName }: Pipeline,
  consumers: readonly Consumer[],
  counts: FlowCounts,
): Flow {
  const { now, since, published, waitingOnBus, archives } = counts;
  return {
    at: now,
    since,
    countedBy: 'runtime',
    bus: {
      published: published.total,
      waiting: waitingOnBus,
      perSecond: { published: published.perSecond },
    },
    archive: { events: archives[archiveName] ?? null },
    consumers: consumers.map((consumer) => consumerFlow(consumer, counts)),
    unavailable: [],
  };
}

function consumerFlow(consumer: Consumer, { now, rules, queues }: FlowCounts): ConsumerFlow {
  const rule = rules[consumer.ruleName];
  const queue = hasQueue(consumer) ? queues[queueName(consumer.queueUrl)] : undefined;
  const letters = (queueUrl: string) => depthOf(queues[queueName(queueUrl)]);
  const failed = hasFunction(consumer) ? queue?.failed : undefined;
  return {
    name: consumer.name,
    target: consumer.kind,
    matched: rule?.matched.total ?? null,
    delivered: rule?.delivered.total ?? null,
    done: queue?.deleted.total ?? null,
    failed: failed?.total ?? null,
    waiting: queue?.visible ?? null,
    inFlight: queue?.inFlight ?? null,
    delayed: queue?.delayed ?? null,
    oldestAgeSeconds:
      queue?.oldestSentAtMs === undefined
        ? null
        : Math.max(0, Math.floor((Date.parse(now) - queue.oldestSentAtMs) / 1_000)),
    deadLetters: hasQueue(consumer) ? letters(consumer.deadLetterQueueUrl) : null,
    ruleDeadLetters: letters(consumer.ruleDeadLetterQueueUrl),
    perSecond:
      rule === undefined
        ? null
        : {
            matched: rule.matched.perSecond,
            done: queue?.deleted.perSecond ?? null,
            failed: failed?.perSecond ?? null,
          },
  };
}

/** A letter that somebody looks at is hidden from others for a while. */
const depthOf = (queue: FlowCounts['queues'][string] | undefined): number | null =>
  queue === undefined ? null : queue.visible + queue.inFlight + queue.delayed;
