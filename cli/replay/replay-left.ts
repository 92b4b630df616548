import type { replayLeftSchema } from './replay-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { ReplayedInQueue } from '../../shared/control-api.ts';
import { hasQueue, letterQueueUrls, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { queueName } from '../pipeline/queue-name.ts';

export type ReplayLeft = DocumentOf<typeof replayLeftSchema>;

/** What is left of a replay that has sent all its events. */
export async function leftOf(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  replayName: string,
): Promise<ReplayLeft> {
  const { control } = pipeline;
  if (control !== undefined) {
    const { queues } = await control.ask('replay', { name: replayName });
    const held = (queueUrl: string) => queues[queueName(queueUrl)];
    return {
      countedBy: 'replay',
      consumers: consumers.map((consumer) => {
        const { waiting = 0, retried = 0 } = hasQueue(consumer) ? (held(consumer.queueUrl) ?? {}) : {};
        return {
          consumer: consumer.name,
          target: consumer.kind,
          waiting,
          retried,
          letters: letterQueueUrls(consumer).reduce((sum, url) => sum + countIn(held(url)), 0),
        };
      }),
    };
  }
  return {
    countedBy: 'queues',
    consumers: await Promise.all(
      consumers.map(async (consumer) => {
        const { waiting, inHand } = hasQueue(consumer)
          ? await queueDepth(pipeline, consumer.queueUrl)
          : { waiting: 0, inHand: 0 };
        return { consumer: consumer.name, target: consumer.kind, waiting, retried: inHand, letters: null };
      }),
    ),
  };
}

const countIn = ({ waiting = 0, retried = 0 }: Partial<ReplayedInQueue> = {}): number => waiting + retried;

/** What the functions of the stack have still to do: what waits for somebody else is delivered. */
export const totalLeft = ({ consumers }: ReplayLeft): number =>
  consumers
    .filter(({ target }) => target === 'function')
    .reduce((sum, { waiting, retried }) => sum + waiting + retried, 0);
