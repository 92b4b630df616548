import { letterCount } from '../dead-letters/letters.ts';
import type { Consumer, Pipeline } from '../pipeline/pipeline.ts';

/** What a consumer has still to do of a replay. */
interface ConsumerLeft {
  readonly consumer: string;
  /** Not tried yet. */
  readonly waiting: number;
  /** In its function's hand, or to be tried again after a failure. */
  readonly retried: number;
  /** Given up, and dead letters now; null when nobody knows. */
  readonly letters: number | null;
}

export interface ReplayLeft {
  /** `replay`: its own events alone. `queues`: all that is in the queues, whose messages AWS lets nobody look at. */
  readonly countedBy: 'replay' | 'queues';
  readonly consumers: readonly ConsumerLeft[];
}

/** What is left of a replay that has sent all its events. */
export async function leftOf(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  replayName: string,
): Promise<ReplayLeft> {
  const { control } = pipeline;
  if (control !== undefined) {
    const { queues } = await control.ask('replay', { name: replayName });
    const held = (queueUrl: string) => queues[queueUrl.slice(queueUrl.lastIndexOf('/') + 1)];
    return {
      countedBy: 'replay',
      consumers: consumers.map(({ name, queueUrl, deadLetterQueueUrl, ruleDeadLetterQueueUrl }) => ({
        consumer: name,
        waiting: held(queueUrl)?.waiting ?? 0,
        retried: held(queueUrl)?.retried ?? 0,
        letters: [deadLetterQueueUrl, ruleDeadLetterQueueUrl].reduce((sum, url) => {
          const { waiting = 0, retried = 0 } = held(url) ?? {};
          return sum + waiting + retried;
        }, 0),
      })),
    };
  }
  return {
    countedBy: 'queues',
    consumers: await Promise.all(
      consumers.map(async (consumer) => {
        const { queueUrl } = consumer;
        const { waiting, inHand } = await letterCount(pipeline, { consumer, kind: 'queue', queueUrl });
        return { consumer: consumer.name, waiting, retried: inHand, letters: null };
      }),
    ),
  };
}

export const totalLeft = ({ consumers }: ReplayLeft): number =>
  consumers.reduce((sum, { waiting, retried }) => sum + waiting + retried, 0);
