import type { CapacityConsumer } from '../../cli/capacity/capacity-template.ts';
import { QUOTAS } from '../../cli/capacity/quota-table.ts';

/** `paused`: nothing is received. `refused`: what is received fails, and is tried again later. */
export type Outage = 'paused' | 'refused';

export interface BacklogOptions {
  readonly outage: Outage;
  /** Messages a second that come, all the time. */
  readonly perSecond: number;
  readonly outageSeconds: number;
  /** Of a full batch. */
  readonly batchMs: number;
}

export interface Backlog {
  /** Messages in the queue at each second: those that wait, and those that wait to be tried again. */
  readonly waiting: readonly number[];
  /** Seconds after the outage until no more wait than come in two seconds. */
  readonly drainedAfter: number;
  /** Messages that were received as often as the queue allows. */
  readonly letters: number;
  /** Messages that were worked on. */
  readonly done: number;
}

/** As functions/batch/backoff.ts has them; a test holds the two together. */
export const FIRST_DELAY_SECONDS = 15;
export const LONGEST_DELAY_SECONDS = 900;
const LONGEST_SECONDS = 86_400;

/**
 * What waits in a consumer's queue during an outage and after it, second by second, with the template's batch, concurrency and receives,
 * Lambda's ramp of pollers and SQS's messages in flight. Amounts are averages, so they have fractions.
 */
export function backlogOf(consumer: CapacityConsumer, options: BacklogOptions): Backlog {
  const { outage, perSecond, outageSeconds, batchMs } = options;
  const { batchSize, maximumConcurrency = QUOTAS.lambdaPollers.value, maxReceiveCount = Infinity } = consumer;
  const fresh: number[] = [0];
  const hidden: number[][] = [];
  let [inFlight, letters, done, pollers] = [0, 0, 0, 0];
  const waiting: number[] = [];
  for (let now = 0; now < LONGEST_SECONDS; now++) {
    const isOut = now < outageSeconds;
    for (const [receives, amount] of (hidden[now] ?? []).entries()) {
      if (amount === undefined) continue;
      fresh[receives] = (fresh[receives] ?? 0) + amount;
      inFlight -= amount;
    }
    // nobody looks there again: its memory is free
    hidden[now] = [];
    fresh[0]! += perSecond;
    pollers = isOut && outage === 'paused' ? 0 : nextPollers(pollers, maximumConcurrency);
    const visible = sum(fresh);
    const room = Math.max(0, QUOTAS.sqsInFlight.value - inFlight);
    const taken = Math.min(visible, room, (pollers * batchSize * 1_000) / batchMs);
    const share = visible === 0 ? 0 : taken / visible;
    for (const [receives, amount = 0] of fresh.entries()) {
      const received = amount * share;
      fresh[receives] = amount - received;
      if (!isOut) done += received;
      else if (receives + 1 >= maxReceiveCount) letters += received;
      else {
        hide(hidden, now, receives + 1, received);
        inFlight += received;
      }
    }
    waiting.push(sum(fresh) + inFlight);
    if (!isOut && waiting.at(-1)! <= 2 * perSecond) break;
  }
  return { waiting, drainedAfter: waiting.length - outageSeconds, letters, done };
}

const nextPollers = (pollers: number, most: number): number =>
  Math.min(
    most,
    pollers === 0 ? QUOTAS.lambdaFirstPollers.value : pollers + QUOTAS.lambdaPollersAMinute.value / 60,
  );

/** Half of the delay is fixed, half is random: spread evenly over its seconds. */
function hide(hidden: number[][], now: number, receives: number, amount: number): void {
  const delay = Math.min(FIRST_DELAY_SECONDS * 2 ** (receives - 1), LONGEST_DELAY_SECONDS);
  const [least, most] = [Math.ceil(delay / 2), Math.ceil(delay)];
  const each = amount / (most - least + 1);
  for (let due = now + least; due <= now + most; due++) {
    const at = hidden[due] ?? [];
    hidden[due] = at;
    at[receives] = (at[receives] ?? 0) + each;
  }
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, one) => all + (one ?? 0), 0);
