import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Consumer, Pipeline } from '../pipeline/pipeline.ts';

const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** How many messages the consumers' queues hold, about: those that wait, and those in a function's hand. */
export async function messagesLeft({ sqs }: Pipeline, consumers: readonly Consumer[]): Promise<number> {
  const counts = await Promise.all(
    consumers.map(async ({ queueUrl }) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] }),
      );
      return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    }),
  );
  return counts.reduce((sum, one) => sum + one, 0);
}
