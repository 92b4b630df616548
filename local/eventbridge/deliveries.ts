import type { BusCounts } from './bus-counts.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';

/** A rule's target. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  /** The role that the bus takes on for it. @default the target's own policy lets the bus in */
  readonly roleArn?: string | undefined;
  readonly deadLetterArn: string | null;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  /** Whether the numbers were set; otherwise they are EventBridge's own. @default true */
  readonly hasRetryPolicy?: boolean;
}

/** Why a target did not take an event. `retryable` is false when trying again cannot help: no such queue, no permission. */
export interface DeliveryFailure {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly retryable: boolean;
}

/** One event on its way from the bus. */
export interface BusDelivery {
  /** A rule's target, or its dead-letter queue. */
  readonly targetArn: string;
  /** On whose behalf: the queue's policy may ask for it. */
  readonly ruleArn: string;
  readonly body: string;
  /** A letter's message attributes, all of type String. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly roleArn?: string | undefined;
}

/** What the bus needs of the services behind its rules: to hand an event on, inside the transaction under way. */
export interface DeliveryTarget {
  deliver(delivery: BusDelivery): 'delivered' | DeliveryFailure;
}

/** Writes a line about an event that the bus had to let go. */
export type Log = (message: string, details: Readonly<Record<string, unknown>>) => void;

const FIRST_BACKOFF_MS = 1_000;
// 185 retries then take about a day, which is also the longest age
const LONGEST_BACKOFF_MS = 480_000;
const BATCH = 100;

interface DeliveryRow extends Omit<Target, 'id'> {
  readonly id: number;
  readonly event: string;
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly retries: number;
  readonly firstTriedAt: number;
  readonly firstTriedRunning: number;
}

type Attempt = Omit<DeliveryRow, 'id' | 'arn'>;

export interface DeliveriesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly target: DeliveryTarget;
  readonly log: Log;
  /** @default nothing is counted */
  readonly counts?: BusCounts | undefined;
}

interface MatchedRule {
  readonly arn: string;
  readonly targets: readonly Target[];
}

/** Hands events to targets; keeps those that a target would not take now, and tries them again. */
export class Deliveries {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #target: DeliveryTarget;
  readonly #log: Log;
  readonly #onRetry: () => void;
  readonly #counts: BusCounts | undefined;
  readonly #tally: Tally;

  /** @param onRetry is called after the commit of a delivery that is to be tried again */
  constructor({ store, clock, target, log, counts }: DeliveriesOptions, onRetry: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#target = target;
    this.#log = log;
    this.#onRetry = onRetry;
    this.#counts = counts;
    this.#tally = new Tally(store);
  }

  /** Hands an event to the targets of a rule that it matches. Inside the transaction that takes it from where it came. */
  deliver(event: string, { arn, targets }: MatchedRule): void {
    this.#counts?.matched(arn);
    for (const target of targets) this.#deliver(event, arn, target);
  }

  /** For the first time. */
  #deliver(event: string, ruleArn: string, { arn, roleArn, deadLetterArn, ...limits }: Target): void {
    const { maximumRetryAttempts, maximumEventAgeSeconds } = limits;
    this.#attempt({
      event,
      ruleArn,
      targetArn: arn,
      roleArn,
      deadLetterArn,
      maximumRetryAttempts,
      maximumEventAgeSeconds,
      retries: 0,
      firstTriedAt: this.#clock.now(),
      firstTriedRunning: this.#clock.runningMs(),
    });
  }

  /** Tries again what is due, a batch in one transaction. @returns when the next one is due */
  retryDue(): number | undefined {
    return this.#store.transaction(() => {
      const due = this.#store
        .prepare(
          `DELETE FROM event_delivery WHERE id IN (
             SELECT id FROM event_delivery WHERE due_at <= ? ORDER BY due_at, id LIMIT ${BATCH}
           ) RETURNING event, rule_arn AS ruleArn, target_arn AS targetArn, dead_letter_arn AS deadLetterArn,
             maximum_retry_attempts AS maximumRetryAttempts, maximum_event_age_seconds AS maximumEventAgeSeconds,
             retries, first_tried_at AS firstTriedAt, first_tried_running AS firstTriedRunning`,
        )
        .all(this.#clock.now()) as unknown as Attempt[];
      for (const attempt of due) this.#attempt({ ...attempt, retries: attempt.retries + 1 });
      return this.nextDueMs();
    });
  }

  pending(): number {
    return (this.#store.prepare('SELECT count(*) AS n FROM event_delivery').get() as { n: number }).n;
  }

  nextDueMs(): number | undefined {
    const { due } = this.#store.prepare('SELECT min(due_at) AS due FROM event_delivery').get() as {
      due: number | null;
    };
    return due ?? undefined;
  }

  #attempt(attempt: Attempt): void {
    const { targetArn, ruleArn, event: body, roleArn } = attempt;
    const outcome = this.#target.deliver({ targetArn, ruleArn, body, roleArn });
    if (outcome === 'delivered') {
      this.#counts?.delivered(ruleArn);
      return;
    }
    if (!outcome.retryable) {
      this.#giveUp(attempt, outcome);
      return;
    }
    const ageMs = this.#clock.runningMs() - attempt.firstTriedRunning;
    const leftMs = attempt.maximumEventAgeSeconds * 1_000 - ageMs;
    if (attempt.retries >= attempt.maximumRetryAttempts) {
      this.#giveUp(attempt, outcome, 'MaximumRetryAttempts');
    } else if (leftMs <= 0) {
      this.#giveUp(attempt, outcome, 'MaximumEventAgeInSeconds');
    } else {
      this.#store
        .prepare(
          `INSERT INTO event_delivery (event, rule_arn, target_arn, dead_letter_arn, maximum_retry_attempts,
             maximum_event_age_seconds, retries, first_tried_at, first_tried_running, due_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          attempt.event,
          attempt.ruleArn,
          attempt.targetArn,
          attempt.deadLetterArn,
          attempt.maximumRetryAttempts,
          attempt.maximumEventAgeSeconds,
          attempt.retries,
          attempt.firstTriedAt,
          attempt.firstTriedRunning,
          this.#clock.now() + Math.min(backoffMs(attempt.retries), leftMs),
        );
      this.#store.afterCommit(this.#onRetry);
    }
  }

  /** Sends the event to the target's dead-letter queue with the attributes that AWS documents. */
  #giveUp(attempt: Attempt, failure: DeliveryFailure, exhausted?: string): void {
    const { event, ruleArn, targetArn, deadLetterArn, retries } = attempt;
    const attributes = {
      RULE_ARN: ruleArn,
      TARGET_ARN: targetArn,
      ERROR_CODE: failure.errorCode,
      ERROR_MESSAGE: failure.errorMessage,
      ...(exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(retries),
    };
    if (deadLetterArn === null) {
      this.#tally.add('dropped-events');
      this.#log('event dropped: its target failed and has no dead-letter queue', { ...attributes, event });
      return;
    }
    const outcome = this.#target.deliver({ targetArn: deadLetterArn, ruleArn, body: event, attributes });
    if (outcome === 'delivered') return;
    this.#tally.add('dropped-events');
    this.#log('event dropped: its target failed, and so did the dead-letter queue', {
      ...attributes,
      dead_letter_arn: deadLetterArn,
      dead_letter_error: `${outcome.errorCode}: ${outcome.errorMessage}`,
      event,
    });
  }
}

const backoffMs = (retries: number) => Math.min(FIRST_BACKOFF_MS * 2 ** retries, LONGEST_BACKOFF_MS);
