import { pause } from '../../shared/pause.ts';
import { isDeepStrictEqual } from 'node:util';
import type { FunctionHealth } from '../../shared/control-api.ts';
import type { Clock } from '../clock.ts';
import type { Service } from '../gateway.ts';
import { logError } from '../log.ts';
import type { Principal } from '../iam.ts';
import type { EventSourceMappingPlan, FunctionPlan, Plan } from '../plan.ts';
import type { Store } from '../store.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { Attempts, type TriedMessage } from './attempts.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import type { PolledQueue } from './source-queue.ts';
import { checkFailureDestinations, type SendFailure } from './failed-event.ts';
import { FunctionLogs } from './function-logs.ts';
import { inspectorUrl, type Inspection } from './inspector.ts';
import { LambdaFunction, type LambdaFunctionOptions } from './lambda-function.ts';
import { checkMappings } from './mapping-check.ts';
import { MappingSwitches } from './mapping-switches.ts';
import { lambdaService } from './lambda-protocol.ts';
import { SwitchedMapping } from './switched-mapping.ts';
import { Watchdog } from './watchdog.ts';

export interface FunctionsOptions extends Pick<LambdaFunctionOptions, 'onInvoked' | 'secrets'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly plan: Plan;
  /** Where the logs are kept. */
  readonly logFolder: string;
  /** Called with every line that a function logs. */
  readonly onLog?: ((functionName: string, line: string) => void) | undefined;
  /** Called with what was tried, in the transaction that records it: only to take note. */
  readonly onTried?: ((messages: readonly TriedMessage[]) => void) | undefined;
  readonly queueOf: (queueArn: string) => PolledQueue;
  readonly sendFailure: SendFailure;
  /** The function that a debugger may attach to. @default none */
  readonly inspection?: Inspection | undefined;
}

// how often to look, at a stop, whether invocations have ended
const LOOK_AGAIN_MS = 10;

/** The functions of the template, what polls for them, and what invokes them. */
export class Functions {
  readonly service: Service;
  /** What was tried with messages of the mapped queues. */
  readonly attempts: Attempts;
  readonly #options: FunctionsOptions;
  readonly #functions = new Map<string, LambdaFunction>();
  /** Functions that the template has no more, until what they have in hand is done. */
  readonly #leaving = new Set<LambdaFunction>();
  readonly #mappings: SwitchedMapping[] = [];
  readonly #switches: MappingSwitches;
  readonly #asyncInvocations: AsyncInvocations;
  readonly #logs: FunctionLogs;
  readonly #watchdog = new Watchdog();

  /** @throws UnsupportedFeatureError for what AWS would refuse too */
  constructor(options: FunctionsOptions) {
    const { store, clock, plan, logFolder, sendFailure } = options;
    this.#options = options;
    this.attempts = new Attempts(store);
    this.#logs = new FunctionLogs(store, clock, logFolder);
    this.#switches = new MappingSwitches(store, clock);
    for (const one of plan.functions) this.#functions.set(one.name, this.#newFunction(one));
    checkMappings(plan, this.#functions);
    this.#mappings.push(...plan.mappings.map((mapping) => this.#newMapping(mapping)));
    this.#asyncInvocations = new AsyncInvocations(store, clock, this.#functions, sendFailure);
    this.service = lambdaService(this.#functions, this.#mappings, this.#asyncInvocations);
  }

  #newFunction(plan: FunctionPlan): LambdaFunction {
    const { onLog, onInvoked, inspection, secrets } = this.#options;
    const { endpoint, region, accountId } = this.#options.plan;
    const isInspected = inspection?.functionName === plan.name;
    const onLine = (line: string): void => {
      this.#logs.write(plan.logGroupName, line);
      onLog?.(plan.name, line);
      const url = isInspected ? inspectorUrl(line) : undefined;
      if (url !== undefined) inspection?.onListening(url);
    };
    const lambda = new LambdaFunction({
      plan,
      endpoint,
      region,
      accountId,
      secrets,
      watchdog: this.#watchdog,
      onLine,
      onInvoked,
      inspectorPort: isInspected ? inspection.port : undefined,
    });
    checkFailureDestinations(lambda);
    return lambda;
  }

  #newMapping(plan: EventSourceMappingPlan): SwitchedMapping {
    const { clock, queueOf, onTried } = this.#options;
    const lambda = this.#functions.get(plan.functionName)!;
    const mapping = new EventSourceMapping(plan, lambda, queueOf(plan.queueArn), clock, (messages) => {
      this.attempts.add(messages);
      onTried?.(messages);
    });
    return new SwitchedMapping({
      plan,
      functionArn: lambda.plan.arn,
      mapping,
      switches: this.#switches,
    });
  }

  /**
   * Makes ready what a changed template says: new code is loaded while the old goes on.
   *
   * @returns what makes the change, at once: messages in flight end with the old code, the next ones get the new
   * @throws HandlerLoadError, UnsupportedFeatureError: nothing has changed then
   */
  async prepare(plan: Plan): Promise<() => void> {
    const successors = new Map(
      plan.functions
        .filter((one) => !isDeepStrictEqual(this.#functions.get(one.name)?.plan, one))
        .map((one) => [one.name, this.#newFunction(one)]),
    );
    checkMappings(plan, new Map([...this.#functions, ...successors]));
    try {
      // of an inspected one the old process has the port
      const loaded = [...successors.values()].filter(({ isInspected }) => !isInspected);
      await Promise.all(loaded.map(async (lambda) => lambda.load()));
    } catch (error) {
      await Promise.all([...successors.values()].map(async (lambda) => lambda.stop()));
      throw error;
    }
    return () => this.#change(plan, successors);
  }

  #change(plan: Plan, successors: ReadonlyMap<string, LambdaFunction>): void {
    const isKept = (mapping: SwitchedMapping): boolean =>
      plan.mappings.some((one) => isDeepStrictEqual(one, mapping.plan));
    const kept = this.#mappings.filter(isKept);
    for (const mapping of this.#mappings) if (!isKept(mapping)) mapping.finish();
    for (const [name, successor] of successors) {
      const lambda = this.#functions.get(name);
      if (lambda === undefined) this.#functions.set(name, successor);
      else lambda.become(successor);
      if (successor.isInspected && (lambda?.inHand ?? 0) === 0) void this.#prewarm(lambda ?? successor);
    }
    for (const [name, lambda] of this.#functions) {
      if (!plan.functions.some((one) => one.name === name)) this.#leave(lambda);
    }
    const made = plan.mappings
      .filter((one) => !kept.some((mapping) => isDeepStrictEqual(one, mapping.plan)))
      .map((one) => this.#newMapping(one));
    this.#mappings.splice(0, this.#mappings.length, ...kept, ...made);
    for (const mapping of made) mapping.start();
  }

  #leave(lambda: LambdaFunction): void {
    this.#functions.delete(lambda.plan.name);
    this.#leaving.add(lambda);
    void lambda.retire().then(() => this.#leaving.delete(lambda));
  }

  /** The function whose key signed a request, as a caller; undefined when no function's key did. */
  principalOf(accessKeyId: string): Principal | undefined {
    return this.#all().find((lambda) => lambda.accessKeyId === accessKeyId)?.principal;
  }

  start(): void {
    for (const mapping of this.#mappings) mapping.start();
    this.#asyncInvocations.start();
  }

  /** Loads every handler, so that the first upload does not wait for it. */
  async prewarm(): Promise<void> {
    for (const lambda of this.#functions.values()) await this.#prewarm(lambda);
  }

  async #prewarm(lambda: LambdaFunction): Promise<void> {
    // its invocations will say why
    await lambda.prewarm().catch((error: unknown) => {
      logError('a function cannot be started ahead of its first event', {
        function: lambda.plan.name,
        error,
      });
    });
  }

  #all(): readonly LambdaFunction[] {
    return [...this.#functions.values(), ...this.#leaving];
  }

  /** Whether an invocation runs. */
  isBusy(): boolean {
    return this.#all().some(({ inHand }) => inHand > 0) || this.#asyncInvocations.running > 0;
  }

  /** The queues that messages are taken from now. */
  polledQueues(): readonly string[] {
    return this.#mappings.filter(({ isEnabled }) => isEnabled).map(({ plan }) => plan.queueArn);
  }

  /** By function; counts are since the start. */
  health(): Readonly<Record<string, FunctionHealth>> {
    return Object.fromEntries(
      [...this.#functions].map(([name, { invocations, errors, inHand, startFailure }]) => {
        const mappings = this.#mappings.filter(({ plan }) => plan.functionName === name);
        const trouble = mappings.find((one) => one.trouble !== undefined)?.trouble;
        const lastFailure = this.attempts.lastFailure(name);
        return [
          name,
          {
            invocations,
            errors,
            inHand,
            failed: this.attempts.failed(name),
            retrying: mappings.reduce((sum, { plan }) => sum + this.attempts.retrying(plan.queueArn), 0),
            ...(lastFailure !== undefined && { lastFailure }),
            ...(startFailure !== undefined && { startFailure }),
            ...(trouble !== undefined && { trouble }),
          },
        ];
      }),
    );
  }

  /** Takes an event for one of the functions. Joins the transaction under way. */
  accept(lambda: LambdaFunction, payload: string): void {
    this.#asyncInvocations.accept(lambda, payload);
  }

  withArn(functionArn: string): LambdaFunction | undefined {
    return [...this.#functions.values()].find(({ plan }) => plan.arn === functionArn);
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
    await Promise.all(this.#all().map(async (lambda) => lambda.stop()));
    this.#watchdog.stop();
    this.#logs.close();
  }
}
