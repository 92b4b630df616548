import { randomUUID } from 'node:crypto';
import type { Principal } from '../iam.ts';
import type { FunctionPlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import { ExecutionEnvironment, type InitOutcome } from './execution-environment.ts';
import { accessKeyOf, functionVariables } from './function-variables.ts';
import type { InvocationResult } from './invocation.ts';
import type { Watchdog } from './watchdog.ts';

export interface LambdaFunctionOptions {
  readonly plan: FunctionPlan;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly watchdog: Watchdog;
  /** Called with every line of its log. */
  readonly onLine: (line: string) => void;
  /** For tests; Lambda's ten seconds otherwise. */
  readonly initTimeoutMs?: number;
}

export interface InvokeOptions {
  /** The same one for every try of an asynchronous invocation. */
  readonly requestId?: string;
  /** JSON text. */
  readonly clientContext?: string | undefined;
  /** Called when an environment is ready and gets the payload now. What it throws is the end of the invocation. */
  readonly onBegin?: () => void;
}

/** AWS gives an account a thousand; on one machine the rest wait their turn. */
const MOST_ENVIRONMENTS = 10;
const INIT_TIMEOUT_MS = 10_000;
/** An environment too many gives its memory back. In real time, since the process is. */
const IDLE_TIMEOUT_MS = 60_000;

/** For those that still waited for their turn at the stop. */
const NEVER_STARTED: InvocationResult = {
  payload: '{"errorType":"Runtime.ExitError","errorMessage":"the local runtime was stopped"}',
  functionError: 'Unhandled',
  logTail: '',
  isCutOff: true,
};

/** A function and its execution environments: one per concurrent invocation, used again and again. */
export class LambdaFunction {
  readonly plan: FunctionPlan;
  /** In milliseconds since 1970: when this start took it from the template. */
  readonly startedAtMs = Date.now();
  readonly accessKeyId: string;
  readonly principal: Principal;
  /** How many invocations run at a time; more wait. */
  readonly concurrency: number;
  /** Since the start. */
  invocations = 0;
  /** Invocations that failed as a whole: CloudWatch's `Errors`. */
  errors = 0;
  /** Why its last environment did not come to load the handler; undefined once one has. */
  startFailure: string | undefined;
  readonly #options: LambdaFunctionOptions;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #idleTimers = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: (() => void)[] = [];
  #prewarming: Promise<ExecutionEnvironment> | undefined;
  #claimed = 0;
  #stopped = false;

  /** @throws UnsupportedFeatureError for variables that AWS would refuse, and for a reserved concurrency of 0 */
  constructor(options: LambdaFunctionOptions) {
    const { plan, accountId } = options;
    const { name, roleName, statements, reservedConcurrency = MOST_ENVIRONMENTS } = plan;
    if (reservedConcurrency === 0) {
      throw new UnsupportedFeatureError(
        `the reserved concurrency of 0 of ${name}`,
        'disable its event source',
      );
    }
    functionVariables(plan, options);
    this.#options = options;
    this.plan = plan;
    this.accessKeyId = accessKeyOf(name);
    this.principal = { kind: 'role', roleName, functionName: name, accountId, statements };
    this.concurrency = Math.min(reservedConcurrency, MOST_ENVIRONMENTS);
  }

  /** Invocations running, or waiting for an environment. */
  get inHand(): number {
    return this.#claimed + this.#waiting.length;
  }

  /** Whether AWS would answer another invocation with 429: only a reserved concurrency is a limit of its own. */
  get isThrottled(): boolean {
    return this.plan.reservedConcurrency !== undefined && this.#claimed >= this.concurrency;
  }

  /** Whether an invocation would find an environment that is warm, or on the way to it. */
  get hasIdleEnvironment(): boolean {
    return this.#prewarming !== undefined || this.#idle.some(({ isUsable }) => isUsable);
  }

  /** Never rejects for what the function does. @param payload JSON text */
  async invoke(
    payload: string,
    { requestId = randomUUID(), clientContext, onBegin = () => {} }: InvokeOptions = {},
  ): Promise<InvocationResult> {
    await this.#claim();
    try {
      if (this.#stopped) return NEVER_STARTED;
      const environment = await this.#environment();
      // the stop came while it started
      if (this.#stopped) return NEVER_STARTED;
      try {
        onBegin();
        const result = await environment.invoke({ requestId, payload, clientContext });
        if (this.#stopped && result.functionError !== undefined) return { ...result, isCutOff: true };
        this.invocations++;
        if (result.functionError !== undefined) this.errors++;
        return result;
      } finally {
        if (environment.isUsable) this.#putBack(environment);
      }
    } finally {
      this.#release();
    }
  }

  /** Loads the handler ahead of the first invocation. */
  async prewarm(): Promise<void> {
    if (this.#stopped || this.#all.size > 0) return;
    // an invocation that comes meanwhile takes this one, and starts no other
    const prewarming = this.#start();
    this.#prewarming = prewarming;
    try {
      const environment = await prewarming;
      if (this.#prewarming === prewarming) this.#idle.push(environment);
      await environment.initialized();
    } finally {
      if (this.#prewarming === prewarming) this.#prewarming = undefined;
    }
  }

  /** Ends the processes; resolves when they are gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#idleTimers.values()) clearTimeout(timer);
    const environments = [...this.#all];
    for (const environment of environments) environment.stop();
    await Promise.all(environments.map(async (environment) => environment.ended()));
  }

  async #claim(): Promise<void> {
    if (this.#claimed < this.concurrency) {
      this.#claimed++;
      return;
    }
    // its place is handed on by #release
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#claimed--;
    else next();
  }

  /** A warm one, or a new one. */
  async #environment(): Promise<ExecutionEnvironment> {
    const prewarming = this.#prewarming;
    this.#prewarming = undefined;
    const environment = this.#takeIdle() ?? (await (prewarming ?? this.#start()));
    // as in Lambda: the init of a new environment is tried once more, now within the function's timeout
    if ((await environment.initialized()) !== 'timed-out') return environment;
    return await this.#start(this.plan.timeoutSeconds * 1_000);
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    for (;;) {
      // the one used last: the others may then be given up
      const environment = this.#idle.pop();
      if (environment === undefined) return undefined;
      clearTimeout(this.#idleTimers.get(environment));
      this.#idleTimers.delete(environment);
      if (environment.isUsable) return environment;
    }
  }

  #putBack(environment: ExecutionEnvironment): void {
    this.#idle.push(environment);
    const timer = setTimeout(() => {
      if (this.#idle.length === 1) return;
      this.#takeOffIdle(environment);
      environment.stop();
    }, IDLE_TIMEOUT_MS);
    timer.unref();
    this.#idleTimers.set(environment, timer);
  }

  async #start(initTimeoutMs?: number): Promise<ExecutionEnvironment> {
    const { plan, watchdog, onLine } = this.#options;
    const environment = await ExecutionEnvironment.start({
      plan,
      watchdog,
      onLine,
      variables: functionVariables(plan, this.#options),
      initTimeoutMs: initTimeoutMs ?? this.#options.initTimeoutMs ?? INIT_TIMEOUT_MS,
    });
    this.#all.add(environment);
    void environment.initialized().then((outcome) => this.#noteInit(environment, outcome));
    void environment.ended().then(() => this.#forget(environment));
    if (this.#stopped) environment.stop();
    return environment;
  }

  #noteInit({ initFailure }: ExecutionEnvironment, outcome: InitOutcome): void {
    if (outcome === 'done') this.startFailure = undefined;
    else if (!this.#stopped) this.startFailure = initFailure ?? outcome;
  }

  #forget(environment: ExecutionEnvironment): void {
    this.#all.delete(environment);
    this.#takeOffIdle(environment);
  }

  #takeOffIdle(environment: ExecutionEnvironment): void {
    clearTimeout(this.#idleTimers.get(environment));
    this.#idleTimers.delete(environment);
    const index = this.#idle.indexOf(environment);
    if (index !== -1) this.#idle.splice(index, 1);
  }
}
