import type { UndonePage } from '../../shared/control-objects.ts';
import { hasQueue, letterQueueUrls } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { rowTableOf } from '../pipeline/row-table.ts';

/** `waiting`: on its way to a consumer, in its queue or to be tried again. `dead-lettered`: a letter holds it. */
export type Undone = 'waiting' | 'dead-lettered';

/** Which keys a consumer has still to deal with, as the local runtime tells it; as much memory as there are such keys. */
export class UndoneKeys {
  readonly #byConsumer = new Map<string, Map<string, Undone>>();

  of(consumer: string, key: string): Undone | undefined {
    return this.#byConsumer.get(consumer)?.get(key);
  }

  add(consumer: string, key: string, undone: Undone): void {
    const keys = this.#byConsumer.get(consumer) ?? new Map<string, Undone>();
    this.#byConsumer.set(consumer, keys);
    // what waits may yet succeed, whatever letters there are of earlier events
    if (keys.get(key) !== 'waiting') keys.set(key, undone);
  }
}

/** Asked of the local runtime; undefined in AWS, which lets nobody look into a queue. */
export async function undoneKeys(pipeline: Pipeline, prefix: string): Promise<UndoneKeys | undefined> {
  const { control, consumers, ingestBucket } = pipeline;
  if (control === undefined) return undefined;
  const undone = new UndoneKeys();
  let after: string | undefined;
  do {
    const page: UndonePage = await control.ask('undone', { bucket: ingestBucket, prefix, after });
    for (const { queueName: heldBy, key } of page.events) {
      for (const consumer of consumers) {
        if (heldBy === null || (hasQueue(consumer) && heldBy === queueName(consumer.queueUrl))) {
          undone.add(consumer.name, key, 'waiting');
        } else if (letterQueueUrls(consumer).some((url) => heldBy === queueName(url))) {
          undone.add(consumer.name, key, 'dead-lettered');
        }
      }
    }
    after = page.next;
  } while (after !== undefined);
  return undone;
}

/** Depths of the queues that are not empty, of the consumers whose rows are compared with the bucket. */
export async function queueDepths(pipeline: Pipeline): Promise<Record<string, number>> {
  const compared = pipeline.consumers
    .filter(hasQueue)
    .filter((consumer) => rowTableOf(pipeline, consumer) !== undefined);
  const queues = await Promise.all(
    compared.map(async ({ name, queueUrl }) => {
      const { waiting, inHand } = await queueDepth(pipeline, queueUrl);
      return [name, waiting + inHand] as const;
    }),
  );
  return Object.fromEntries(queues.filter(([, depth]) => depth > 0));
}
