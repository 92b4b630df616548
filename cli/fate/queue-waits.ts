import { hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';

/** Whether the consumer's queue holds messages, of which AWS does not tell what they are; false of one that has no queue. */
export async function queueWaits(pipeline: Pipeline, consumer: Consumer): Promise<boolean> {
  if (!hasQueue(consumer)) return false;
  const { waiting, inHand } = await queueDepth(pipeline, consumer.queueUrl);
  return waiting + inHand > 0;
}
