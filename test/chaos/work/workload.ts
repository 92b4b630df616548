import { CONSUMERS } from '../accounting/fates.ts';
import type { Random } from '../../support/random.ts';
import type { Acknowledged, Poison } from './acknowledged.ts';
import type { Clients } from './clients.ts';
import { Contents } from './contents.ts';
import { copy, put, putInParts, redrive, remove, removeVersion, replay, sendPoison } from './operations.ts';

/** What is done to a pipeline, and how often of a hundred times. */
const SHARES = {
  put: 44,
  multipart: 9,
  copy: 9,
  delete: 14,
  'delete version': 8,
  'remove marker': 6,
  poison: 6,
  replay: 1,
  redrive: 3,
} as const;

export type Operation = keyof typeof SHARES;

const OPERATIONS = Object.keys(SHARES) as Operation[];

/** Few, so that many events are of one key; some that are skipped, and some that are hard to spell. */
const KEYS = [
  ...Array.from({ length: 20 }, (_, index) => `csv/${index}.csv`),
  ...Array.from({ length: 12 }, (_, index) => `files/${index}.bin`),
  'csv/readme.txt',
  'csv/ü + %2F & é.csv',
  'csv/__proto__.csv',
  'files/../a b\r\n🙂',
];

/** Random changes of one bucket, and what was answered. The same seed makes the same choices, not the same order of events. */
export class Workload {
  readonly acknowledged: Acknowledged[] = [];
  readonly poisons: Poison[] = [];
  readonly contents: Contents;
  /** How often each was answered. */
  readonly done = new Map<Operation, number>();
  /** How often one was not, so that nobody knows whether it was done. */
  unanswered = 0;
  readonly #random: Random;
  readonly #isExpected: (error: unknown) => boolean;
  /** Versions that may be copied or removed. */
  #versions: Acknowledged[] = [];
  #markers: Acknowledged[] = [];
  #names = 0;
  #replaySinceMs = 0;

  /** @param isExpected whether an error may come of what is done to the pipeline meanwhile; any other is thrown */
  constructor(random: Random, isExpected: (error: unknown) => boolean) {
    this.#random = random;
    this.#isExpected = isExpected;
    this.contents = new Contents(random);
  }

  /**
   * From now on a replay goes back to this time, on the pipeline's clock, and only versions that come from now on are copied or
   * removed: older ones a lifecycle rule may have ended.
   */
  beginAt(sinceMs: number): void {
    this.#replaySinceMs = sinceMs;
    this.#versions = [];
    this.#markers = [];
  }

  /** Does one thing. */
  async step(clients: Clients): Promise<void> {
    const operation = this.#choose();
    try {
      await this.#do(operation, clients);
      this.done.set(operation, (this.done.get(operation) ?? 0) + 1);
    } catch (error) {
      if (!this.#isExpected(error)) throw error;
      this.unanswered++;
    }
  }

  /** Uploads a CSV under a name that is counted. */
  async putCsv(clients: Clients): Promise<void> {
    this.#hasVersion(await put(clients, KEYS[0]!, this.contents.make()));
  }

  #choose(): Operation {
    let left = this.#random(100);
    const operation = OPERATIONS.find((one) => {
      left -= SHARES[one];
      return left < 0;
    })!;
    // there may be nothing yet to copy or to remove
    const needsVersion = operation === 'copy' || operation === 'delete version';
    const isPossible = !(
      (needsVersion && this.#versions.length === 0) ||
      (operation === 'remove marker' && this.#markers.length === 0)
    );
    return isPossible ? operation : 'put';
  }

  async #do(operation: Operation, clients: Clients): Promise<void> {
    const key = this.#oneOf(KEYS);
    switch (operation) {
      case 'put':
        return this.#hasVersion(await put(clients, key, this.contents.make()));
      case 'multipart':
        return this.#hasVersion(await putInParts(clients, key, this.contents.make()));
      case 'copy':
        return await this.#copy(clients, key);
      case 'delete': {
        const marker = await remove(clients, key);
        this.acknowledged.push(marker);
        this.#markers.push(marker);
        return;
      }
      case 'delete version':
        this.acknowledged.push(await removeVersion(clients, this.#take(this.#versions)));
        return;
      case 'remove marker':
        this.acknowledged.push(await removeVersion(clients, this.#take(this.#markers)));
        return;
      case 'poison': {
        const poison = { consumer: this.#oneOf(CONSUMERS), body: `{"poison":${this.#newNumber()}}` };
        await sendPoison(clients, poison.consumer, poison.body);
        this.poisons.push(poison);
        return;
      }
      case 'replay':
        return await replay(clients, `chaos-${this.#newNumber()}`, this.#replaySinceMs);
      case 'redrive':
        await redrive(clients);
        return;
    }
  }

  async #copy(clients: Clients, key: string): Promise<void> {
    // taken meanwhile, so that nobody removes it on the way
    const source = this.#take(this.#versions);
    this.#hasVersion(await copy(clients, source, key));
    this.#versions.push(source);
  }

  #hasVersion(version: Acknowledged): void {
    this.acknowledged.push(version);
    this.#versions.push(version);
  }

  #newNumber(): number {
    this.#names++;
    return this.#names;
  }

  #oneOf<Item>(items: readonly Item[]): Item {
    return items[this.#random(items.length)]!;
  }

  #take(items: Acknowledged[]): Acknowledged {
    return items.splice(this.#random(items.length), 1)[0]!;
  }
}
