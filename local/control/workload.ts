import type { EventBus } from '../eventbridge/event-bus.ts';
import type { Functions } from '../lambda/functions.ts';
import type { Sqs } from '../sqs/sqs.ts';

/** The services in which something can be on its way. */
export interface WorkingServices {
  readonly sqs: Sqs;
  readonly bus: EventBus;
  readonly functions: Functions;
}

/** Whether the pipeline has something to do: now, or at all. */
export class Workload {
  readonly #services: WorkingServices;

  constructor(services: WorkingServices) {
    this.#services = services;
  }

  /** Something runs, or could run without the clock moving: to move it now would let that meet timeouts nobody waited for. */
  isBusy(): boolean {
    const { bus, functions, sqs } = this.#services;
    // one at a rate waits for the clock
    if (sqs.moveTasks.isBusy()) return true;
    return bus.isBusy() || functions.isBusy() || this.#polledQueues().some(({ visible }) => visible > 0);
  }

  /** No event, message, replay or asynchronous invocation is on its way. Letters in dead-letter queues have arrived. */
  isDrained(): boolean {
    const { bus, functions, sqs } = this.#services;
    const { outbox, deliveries, replays } = bus.pending();
    const inQueues = this.#polledQueues().reduce(
      (sum, stats) => sum + stats.visible + stats.inFlight + stats.delayed,
      0,
    );
    const moving = sqs.moveTasks.active();
    return (
      outbox + deliveries + replays + moving + functions.pendingAsync() + inQueues === 0 &&
      !functions.isBusy()
    );
  }

  /** How full the queues are that a function takes from: what lies in another queue waits for nobody. */
  #polledQueues() {
    const { functions, sqs } = this.#services;
    return functions.polledQueues().flatMap((queueArn) => {
      const queue = sqs.queues.withArn(queueArn);
      return queue === undefined ? [] : [sqs.stats(queue)];
    });
  }
}
