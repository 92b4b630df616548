import type { Chance } from '../chance.ts';
import type { Fault } from '../faults.ts';
import type { Injector } from '../injector.ts';
import type { Trace } from '../trace.ts';
import type { Service } from '../history/operation.ts';
import { underWay, never, type Invocation } from './invocation.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** One call of a service by a function, before the network has its way with it. */
export interface ServiceCall {
  readonly service: Service;
  /** Names the call, and what it is about: `put uploads data/1.bin` */
  readonly about: string;
  /** What may go wrong, each with the error that the SDK throws for it. */
  readonly faults: readonly CallFault[];
  /** What the service does, at once and whole. @throws what it refuses with: that is its answer, and is not tried again */
  readonly apply: () => unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface CallFault {
  readonly fault: Fault;
  readonly error: () => Error;
  /** The service has done it, and the answer is lost. @default false */
  readonly isApplied?: boolean;
  /** How long until the client gives up waiting. @default as long as any answer takes */
  readonly afterMs?: number;
  /** The SDK gives it to the caller at once, instead of trying again. */
  readonly isFinal?: boolean;
}

/** As the SDK's standard retries. */
const ATTEMPTS = 3;

class OutageError extends Error {
  override readonly name = 'ServiceUnavailable';
}

/** Takes calls over the network to a service and back: with delays, with faults, and with the SDK's own retries. */
export class ServiceCalls {
  readonly #clock: VirtualClock;
  readonly #chance: Chance;
  readonly #injector: Injector;
  readonly #trace: Trace;
  /** Until when a service is out, by its name. */
  readonly #outages = new Map<Service, number>();

  constructor(ground: { clock: VirtualClock; chance: Chance; injector: Injector; trace: Trace }) {
    this.#clock = ground.clock;
    this.#chance = ground.chance;
    this.#injector = ground.injector;
    this.#trace = ground.trace;
  }

  /** @param service refuses everything for so long, unless the faults are over before */
  takeOut(service: Service, forMs: number): void {
    this.#outages.set(service, Math.max(this.#outages.get(service) ?? 0, this.#clock.now() + forMs));
  }

  isOut(service: Service): boolean {
    return !this.#injector.isOver && (this.#outages.get(service) ?? 0) > this.#clock.now();
  }

  /** By whoever is under way; by an operator, where nobody is: then nothing goes wrong. */
  async make(call: ServiceCall): Promise<unknown> {
    const invocation = underWay.getStore();
    if (invocation === undefined) return call.apply();
    if (invocation.isDead || invocation.isStuck) return await this.#unanswered(invocation, call.signal);
    invocation.calls++;
    const { crash, calls } = invocation;
    const dies = crash?.at === calls;
    if (dies && !crash.isAfter) {
      this.#injector.count('crash-before-call');
      invocation.die('Runtime.ExitError');
      return await never();
    }
    invocation.waiting++;
    try {
      return await this.#attempts(call, invocation, dies);
    } finally {
      invocation.waiting--;
    }
  }

  async #attempts(call: ServiceCall, invocation: Invocation, dies: boolean): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const question = `${invocation.consumer}|${call.about}`;
      const struck = this.#injector.first(
        call.faults.map(({ fault }) => fault),
        question,
      );
      const fault = call.faults.find((one) => one.fault === struck);
      await this.#wait(fault?.afterMs ?? this.#latencyMs(question), call.signal);
      if (invocation.isDead) return await never();
      const isOut = this.isOut(call.service);
      this.#trace.add(`${this.#clock.now()} ${question} ${isOut ? 'out' : (struck ?? 'ok')}`);
      if (!isOut && fault === undefined) {
        try {
          return call.apply();
        } finally {
          if (dies) this.#dieAfter(invocation);
        }
      }
      if (!isOut && fault?.isApplied === true) {
        try {
          call.apply();
        } catch {
          // the answer is lost with the connection
        }
      }
      if (dies) this.#dieAfter(invocation);
      if (invocation.isDead) return await never();
      const error = isOut ? new OutageError(`${call.service} is out`) : fault!.error();
      if (attempt === ATTEMPTS || fault?.isFinal === true) throw error;
    }
  }

  #dieAfter(invocation: Invocation): void {
    this.#injector.count('crash-after-call');
    invocation.die('Runtime.ExitError');
  }

  #latencyMs(question: string): number {
    const drawn = this.#chance.next(`latency|${question}`);
    return drawn < 0.9 ? 1 + Math.floor(drawn * 20) : Math.floor((drawn - 0.9) * 20_000);
  }

  async #wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        cancel();
        reject(signal!.reason as Error);
      };
      const cancel = this.#clock.after(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  async #unanswered(invocation: Invocation, signal: AbortSignal | undefined): Promise<never> {
    invocation.waiting++;
    if (signal !== undefined && !invocation.isDead) {
      await new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    }
    return await never();
  }
}
