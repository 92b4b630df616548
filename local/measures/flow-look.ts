import type { CountAndRate, FlowCounts, QueueStats } from '../../shared/measures.ts';
import type { Clock } from '../clock.ts';
import type { EventBus } from '../eventbridge/event-bus.ts';
import type { Sqs } from '../sqs/sqs.ts';
import type { Measures } from './measures.ts';
import type { Subject } from './period-record.ts';
import { SpacedLook } from './spaced-look.ts';

export interface FlowLookOptions {
  readonly measures: Measures;
  readonly clock: Clock;
  readonly sqs: Sqs;
  readonly bus: EventBus;
}

/** What waits where, and how much is archived. */
interface Waiting {
  readonly bus: number;
  readonly archives: Readonly<Record<string, number>>;
  readonly queues: Readonly<Record<string, QueueStats>>;
}

/** How the events flow: asked several times a second, so that it must cost next to nothing however much waits. */
export class FlowLook {
  readonly #options: FlowLookOptions;
  readonly #waiting: SpacedLook<Waiting>;

  constructor(options: FlowLookOptions) {
    this.#options = options;
    this.#waiting = new SpacedLook(() => this.#look());
  }

  counts(): FlowCounts {
    const { measures, clock, bus } = this.#options;
    const waiting = this.#waiting.read();
    return {
      now: new Date(clock.now()).toISOString(),
      since: new Date(measures.sinceMs).toISOString(),
      published: this.#counted('bus', 'published'),
      waitingOnBus: waiting.bus,
      archives: waiting.archives,
      rules: Object.fromEntries(
        bus.rules.list().map(({ name }) => [
          name,
          {
            matched: this.#counted(`rule ${name}`, 'matched'),
            delivered: this.#counted(`rule ${name}`, 'delivered'),
          },
        ]),
      ),
      queues: Object.fromEntries(
        Object.entries(waiting.queues).map(([name, stats]) => [
          name,
          {
            ...stats,
            deleted: this.#counted(`queue ${name}`, 'deleted'),
            failed: this.#counted(`queue ${name}`, 'failed'),
          },
        ]),
      ),
    };
  }

  /** Measures what waits in the queues. */
  measure(): void {
    const { measures, clock } = this.#options;
    for (const [name, { visible, oldestSentAtMs }] of Object.entries(this.#waiting.read().queues)) {
      if (oldestSentAtMs === undefined) continue;
      measures.peak(`queue ${name}`, 'waiting', visible);
      measures.peak(`queue ${name}`, 'oldest-age-s', ageSeconds(oldestSentAtMs, clock));
    }
  }

  #counted(subject: Subject, name: string): CountAndRate {
    return this.#options.measures.counted(subject, name);
  }

  #look(): Waiting {
    const { sqs, bus } = this.#options;
    const { outbox, deliveries } = bus.pending();
    return {
      bus: outbox + deliveries,
      archives: bus.archives.counts(),
      queues: Object.fromEntries(sqs.queues.all().map((queue) => [queue.name, sqs.stats(queue)])),
    };
  }
}

const ageSeconds = (sentAtMs: number, clock: Clock): number =>
  Math.max(0, Math.floor((clock.now() - sentAtMs) / 1_000));
