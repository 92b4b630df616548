import { AwsError } from '../protocols/aws-error.ts';
import type { Clock } from '../clock.ts';
import type { Queue } from './queues.ts';

const LEAST_BETWEEN_MS = 60_000;

/** When each queue was last purged: SQS takes one purge a minute, since a purge may take that long there. */
export class Purges {
  readonly #clock: Clock;
  readonly #lastMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws AwsError `PurgeQueueInProgress` within a minute of the purge before */
  begin({ name }: Queue): void {
    const nowMs = this.#clock.now();
    const sinceMs = nowMs - (this.#lastMs.get(name) ?? -Infinity);
    // a clock that was set back must not forbid purges for long
    if (sinceMs >= 0 && sinceMs < LEAST_BETWEEN_MS) {
      throw new AwsError(
        'PurgeQueueInProgress',
        `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
        403,
      );
    }
    this.#lastMs.set(name, nowMs);
  }
}
