import type { replayLeftSchema } from './replay-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Consumer, Pipeline } from '../pipeline/pipeline.ts';
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
      consumers.map(async ({ name, queueUrl }) => {
        const { waiting, inHand } = await queueDepth(pipeline, queueUrl);
        return { consumer: name, waiting, retried: inHand, letters: null };
      }),
    ),
  };
}

export const totalLeft = ({ consumers }: ReplayLeft): number =>
  consumers.reduce((sum, { waiting, retried }) => sum + waiting + retried, 0);
