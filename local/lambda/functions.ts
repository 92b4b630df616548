import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import type { Service } from '../gateway.ts';
import type { Principal } from '../iam.ts';
import type { Plan } from '../plan.ts';
import type { Store } from '../store.ts';
import { AsyncInvocations, type SendFailure } from './async-invocations.ts';
import { EventSourceMapping, type PolledQueue } from './event-source-mapping.ts';
import { FunctionLog } from './function-log.ts';
import { LambdaFunction } from './lambda-function.ts';
import { lambdaService } from './protocol.ts';

export interface FunctionsOptions {
  /** Opened with `LAMBDA_SCHEMA`. */
  readonly store: Store;
  readonly clock: Clock;
  readonly plan: Plan;
  /** Where the logs are kept. */
  readonly logFolder: string;
  /** Called with every line that a function logs. */
  readonly onLog?: ((functionName: string, line: string) => void) | undefined;
  readonly queueOf: (queueArn: string) => PolledQueue;
  readonly sendFailure: SendFailure;
}

// how often to look, at a stop, whether invocations have ended
const LOOK_AGAIN_MS = 10;

/** The functions of the template, what polls for them, and what invokes them. */
export class Functions {
  readonly service: Service;
  readonly #functions: ReadonlyMap<string, LambdaFunction>;
  readonly #mappings: readonly EventSourceMapping[];
  readonly #asyncInvocations: AsyncInvocations;
  readonly #principals: ReadonlyMap<string, Principal>;

  /** @throws UnsupportedFeatureError for a mapping that AWS would refuse */
  constructor({ store, clock, plan, logFolder, onLog, queueOf, sendFailure }: FunctionsOptions) {
    const { endpoint, region, accountId } = plan;
    this.#functions = new Map(
      plan.functions.map((ofPlan) => {
        const log = new FunctionLog(logFolder, ofPlan.name, (line) => onLog?.(ofPlan.name, line));
        return [ofPlan.name, new LambdaFunction({ plan: ofPlan, log, endpoint, region, accountId })];
      }),
    );
    this.#principals = new Map(
      [...this.#functions.values()].map(({ accessKeyId, principal }) => [accessKeyId, principal]),
    );
    this.#mappings = plan.mappings.map((mapping) => {
      const lambda = this.#functions.get(mapping.functionName);
      if (lambda === undefined)
        throw new Error(`an event source mapping names no function: ${mapping.functionName}`);
      return new EventSourceMapping(mapping, lambda, queueOf(mapping.queueArn), clock);
    });
    this.#asyncInvocations = new AsyncInvocations(store, clock, this.#functions, sendFailure);
    this.service = lambdaService(this.#functions, this.#asyncInvocations);
  }

  /** Whose key a request was signed with, if it is a function's. */
  principalOf(accessKeyId: string): Principal | undefined {
    return this.#principals.get(accessKeyId);
  }

  start(): void {
    for (const mapping of this.#mappings) mapping.start();
    this.#asyncInvocations.run();
  }

  /** Loads every handler, so that the first upload does not wait for it. */
  async prewarm(): Promise<void> {
    for (const lambda of this.#functions.values()) await lambda.prewarm();
  }

  /** Whether an invocation runs. */
  isBusy(): boolean {
    return (
      [...this.#functions.values()].some(({ inHand }) => inHand > 0) || this.#asyncInvocations.running > 0
    );
  }

  /** Asynchronous invocations that are not done with. */
  pendingAsync(): number {
    return this.#asyncInvocations.pending();
  }

  /** Takes no more work, gives what runs `graceMs` to end, and ends the processes. What is unfinished comes again. */
  async stop(graceMs = 3_000): Promise<void> {
    for (const mapping of this.#mappings) mapping.stop();
    this.#asyncInvocations.stop();
    const deadline = performance.now() + graceMs;
    while (this.isBusy() && performance.now() < deadline) await pause(LOOK_AGAIN_MS);
    for (const lambda of this.#functions.values()) lambda.stop();
  }
}
