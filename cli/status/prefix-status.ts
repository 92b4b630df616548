import { toldStatus } from '../verify/told-status.ts';
import { isFinding, type Judgement } from '../verify/finding.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { rowTableOf } from '../pipeline/row-table.ts';
import { queueDepths, undoneKeys, type UndoneKeys } from '../fate/undone.ts';
import { GRACE, Verification } from '../verify/verify.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { parseDuration } from '../terminal/time.ts';
import { BAD_OUTCOMES, type BadOutcome, type PrefixOutcome } from './prefix-outcomes.ts';
import type { statusPrefixDocument } from './prefix-status-document.ts';

type StatusPrefix = DocumentOf<typeof statusPrefixDocument>;

/** A key at a consumer that somebody has to look at. */
export type BadKey = StatusPrefix['bad'][number];

export type ConsumerCounts = StatusPrefix['consumers'][number];

export interface PrefixStatusOptions {
  readonly prefix: string;
  readonly consumers: readonly Consumer[];
  readonly signal: AbortSignal;
  readonly onProgress?: (keys: number) => void;
}

/** What became of all keys under a prefix, counted in as much memory as there are events under way. Changes nothing. */
export class PrefixStatus {
  readonly #pipeline: Pipeline;
  readonly #options: PrefixStatusOptions;
  readonly #counts: ReadonlyMap<string, Map<PrefixOutcome, number>>;
  /** By consumer: recorded keys that it could not deal with, by status. */
  readonly #byStatus = new Map<string, Map<string, number>>();
  readonly #statuses: ReadonlyMap<string, readonly string[]>;
  #keys = 0;
  #bad = 0;
  #queued: Readonly<Record<string, number>> = {};

  constructor(pipeline: Pipeline, options: PrefixStatusOptions) {
    this.#pipeline = pipeline;
    this.#options = options;
    this.#statuses = new Map(
      options.consumers.map((one) => [one.name, rowTableOf(pipeline, one)?.index?.statuses ?? []]),
    );
    this.#counts = new Map(options.consumers.map(({ name }) => [name, new Map()]));
  }

  get consumers(): readonly ConsumerCounts[] {
    return [...this.#counts].map(([consumer, counts]) => {
      const byStatus = this.#byStatus.get(consumer);
      return {
        consumer,
        counts: Object.fromEntries(counts),
        ...(byStatus !== undefined && { byStatus: Object.fromEntries(byStatus) }),
      };
    });
  }

  /** Keys that bucket or tables hold. */
  get keys(): number {
    return this.#keys;
  }

  /** How many `bad` has given. */
  get badCount(): number {
    return this.#bad;
  }

  /** In AWS about how many messages each consumer's queue holds, of those that hold any. */
  get queued(): Readonly<Record<string, number>> {
    return this.#queued;
  }

  /** Counts everything, and names what is bad. To be called once. */
  async *bad(): AsyncGenerator<BadKey> {
    const { prefix, signal } = this.#options;
    const { kind } = this.#pipeline.deployment;
    // the queues before the rows: what is done meanwhile agrees by then
    const now = await this.#pipeline.now();
    const undone = await undoneKeys(this.#pipeline, prefix);
    if (undone === undefined) this.#queued = await queueDepths(this.#pipeline);
    const judgedBefore = new Date(now.getTime() - parseDuration(GRACE[kind], 'grace'));
    const verification = new Verification(this.#pipeline, {
      prefix,
      undone,
      now,
      judgedBefore,
      signal,
      onProgress: () => {
        this.#keys = verification.keys;
        this.#options.onProgress?.(this.#keys);
      },
    });
    for await (const judgement of verification.judgements()) {
      this.#countStatus(judgement);
      yield* this.#count(judgement, this.#outcomeOf(judgement, undone));
    }
  }

  #outcomeOf(judgement: Judgement, undone: UndoneKeys | undefined): PrefixOutcome {
    const { class: found, consumer, key, row } = judgement;
    // no row that differs: of a key deleted before anything was written, and of a consumer that keeps none
    if (found === 'unread' || (found === 'recorded' && row === null)) {
      return undone?.of(consumer, key) ?? found;
    }
    return isFinding(judgement) && found !== 'foreign' && consumer in this.#queued ? 'unknown' : found;
  }

  #countStatus(judgement: Judgement): void {
    const { consumer } = judgement;
    const status = toldStatus(judgement, this.#statuses.get(consumer));
    if (status === undefined) return;
    const counts = this.#byStatus.get(consumer) ?? new Map<string, number>();
    this.#byStatus.set(consumer, counts.set(status, (counts.get(status) ?? 0) + 1));
  }

  *#count({ consumer, bucket, key }: Judgement, outcome: PrefixOutcome): Generator<BadKey> {
    const counts = this.#counts.get(consumer);
    if (counts === undefined) return;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (!isBad(outcome)) return;
    this.#bad++;
    yield { consumer, outcome, bucket, key };
  }
}

const isBad = (outcome: PrefixOutcome): outcome is BadOutcome => BAD_OUTCOMES.some((bad) => bad === outcome);
