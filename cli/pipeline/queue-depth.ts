import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Pipeline } from './pipeline.ts';

/** How many messages a queue holds, about: SQS counts them now and then. */
export interface QueueDepth {
  /** Messages that can be received, now or after their delay. */
  readonly waiting: number;
  /** Messages that were received, and are hidden until they are deleted or come again. */
  readonly inHand: number;
}

/** The attributes of a queue that say it. */
export const DEPTH_ATTRIBUTES = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** @param attributes as GetQueueAttributes gives them: `{"ApproximateNumberOfMessages": "3"}` */
export function depthIn(attributes: Readonly<Record<string, string>>): QueueDepth {
  const [visible, inHand, delayed] = DEPTH_ATTRIBUTES.map((name) => Number(attributes[name] ?? 0)) as [
    number,
    number,
    number,
  ];
  return { waiting: visible + delayed, inHand };
}

export async function queueDepth({ sqs }: Pipeline, queueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...DEPTH_ATTRIBUTES] }),
  );
  return depthIn(Attributes);
}
