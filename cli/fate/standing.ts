import type { DoneVersion, Standing, UndoneEvent } from '../../shared/control-objects.ts';
import { letterQueueUrls, hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { LocalControl } from '../pipeline/local-control.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueName } from '../pipeline/queue-name.ts';

/** Which version an event is of, as far as it tells. */
export interface VersionTold {
  readonly versionId?: string | undefined;
  readonly etag?: string | undefined;
}

/** How an object stands at one consumer, as the local runtime knows it. */
export interface StandingAt {
  /** `in-queue`: a message of it is in the consumer's queue. `arriving`: an event of it is on its way there. */
  readonly waits: 'in-queue' | 'arriving' | undefined;
  /** Letters about the key. */
  readonly letters: readonly VersionTold[];
  /** What the consumer's function has dealt with. */
  readonly done: readonly DoneVersion[];
  /** What the consumer's rule would have sent. */
  readonly sent: readonly VersionTold[];
}

/** How some objects stand, by key; keys that nothing is known of are left out. */
type StandingByKey = ReadonlyMap<string, Standing>;

const NOTHING: Standing = { undone: [], done: [], sent: [] };

/** The runtime's own knowledge of some keys, asked for at once. */
export class KnownStanding {
  readonly #byKey: StandingByKey;

  private constructor(byKey: StandingByKey) {
    this.#byKey = byKey;
  }

  /** @param keys at most a thousand */
  static async of(
    control: LocalControl,
    { ingestBucket: bucket }: Pipeline,
    keys: readonly string[],
  ): Promise<KnownStanding> {
    const question = { bucket, keys: JSON.stringify(keys) };
    const found: { undone: UndoneEvent[]; done: Standing['done']; sent: Standing['sent'] } = {
      undone: [],
      done: [],
      sent: [],
    };
    let after: string | undefined;
    do {
      const page: Standing = await control.ask('standing', { ...question, after });
      found.undone.push(...page.undone);
      if (after === undefined) Object.assign(found, { done: page.done, sent: page.sent });
      after = page.next;
    } while (after !== undefined);
    const [undone, done, sent] = [byKey(found.undone), byKey(found.done), byKey(found.sent)];
    return new KnownStanding(
      new Map(
        keys.map((key) => [
          key,
          { undone: undone.get(key) ?? [], done: done.get(key) ?? [], sent: sent.get(key) ?? [] },
        ]),
      ),
    );
  }

  at(consumer: Consumer, key: string): StandingAt {
    const { undone, done, sent } = this.#byKey.get(key) ?? NOTHING;
    const ownQueue = hasQueue(consumer) ? queueName(consumer.queueUrl) : undefined;
    const letterQueues = letterQueueUrls(consumer).map(queueName);
    const own = undone.filter(({ queueName: heldBy }) => heldBy === null || heldBy === ownQueue);
    return {
      waits: own.some(({ state }) => state !== 'arriving')
        ? 'in-queue'
        : own.length > 0
          ? 'arriving'
          : undefined,
      letters: undone.filter(
        ({ queueName: heldBy, state }) =>
          heldBy !== null && letterQueues.includes(heldBy) && state !== 'arriving',
      ),
      done:
        'functionName' in consumer ? done.filter((one) => one.functionName === consumer.functionName) : [],
      sent: sent.filter(({ by }) => by === consumer.ruleName),
    };
  }
}

const byKey = <One extends { readonly key: string }>(
  all: readonly One[],
): ReadonlyMap<string, readonly One[]> => Map.groupBy(all, ({ key }) => key);
