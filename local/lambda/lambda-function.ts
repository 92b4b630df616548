import { randomUUID } from 'node:crypto';
import type { RolePrincipal } from '../iam.ts';
import type { FunctionPlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import { EnvironmentPool, type EnvironmentPoolOptions } from './environment-pool.ts';
import { accessKeyOf } from './function-variables.ts';
import type { InvocationResult } from './invocation.ts';

export interface LambdaFunctionOptions extends EnvironmentPoolOptions {
  readonly accountId: string;
  /** Called after each invocation that the function itself has ended. */
  readonly onInvoked?: ((ended: EndedInvocation) => void) | undefined;
}

/** An invocation that has ended: what it took, and whether it failed as a whole. */
export interface EndedInvocation {
  readonly functionName: string;
  readonly durationMs: number;
  readonly peakBytes: number;
  readonly isError: boolean;
}

export interface InvokeOptions {
  /** The same one for every try of an asynchronous invocation. */
  readonly requestId?: string;
  /** JSON text. */
  readonly clientContext?: string | undefined;
  /** Called when an environment is ready and gets the payload now. What it throws is the end of the invocation. */
  readonly onBegin?: () => void;
}

/** The code of a function breaks while it is loaded. */
export class HandlerLoadError extends Error {
  override readonly name = 'HandlerLoadError';
}

/** AWS gives an account a thousand; on one machine the rest wait their turn. */
const MOST_ENVIRONMENTS = 10;

/** For those that still waited for their turn at the stop. */
const NEVER_STARTED: InvocationResult = {
  payload: '{"errorType":"Runtime.ExitError","errorMessage":"the local runtime was stopped"}',
  functionError: 'Unhandled',
  logTail: '',
  isCutOff: true,
};

/** A function: its invocations, and the execution environments that they run in. */
export class LambdaFunction {
  readonly accessKeyId: string;
  /** Since the start. */
  invocations = 0;
  /** Invocations that failed as a whole: CloudWatch's `Errors`. */
  errors = 0;
  readonly #options: LambdaFunctionOptions;
  readonly #waiting: (() => void)[] = [];
  /** Pools that run earlier code, and are not gone yet. */
  readonly #retired = new Set<EnvironmentPool>();
  #pool: EnvironmentPool;
  #claimed = 0;
  #stopped = false;

  /** @throws UnsupportedFeatureError for variables that AWS would refuse, and for a reserved concurrency of 0 */
  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
    this.#pool = newPool(options);
    this.accessKeyId = accessKeyOf(options.plan.name);
  }

  get plan(): FunctionPlan {
    return this.#pool.plan;
  }

  /** In milliseconds since 1970: when this runtime took it from the template. */
  get modifiedAtMs(): number {
    return this.#pool.madeAtMs;
  }

  /** Its role, as the handler's own calls have it. */
  get principal(): RolePrincipal {
    const { name, arn: functionArn, roleName, statements } = this.plan;
    const { accountId } = this.#options;
    return { kind: 'role', roleName, functionName: name, functionArn, accountId, statements };
  }

  /** Whether a debugger may hold it at a breakpoint for as long as it likes. */
  get isInspected(): boolean {
    return this.#options.inspectorPort !== undefined;
  }

  /** How many invocations run at a time; more wait. One, where the inspector has its port. */
  get concurrency(): number {
    if (this.isInspected) return 1;
    return Math.min(this.plan.reservedConcurrency ?? MOST_ENVIRONMENTS, MOST_ENVIRONMENTS);
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
    return this.#pool.hasIdle;
  }

  /** Why its last environment did not come to load the handler; undefined once one has. */
  get startFailure(): string | undefined {
    return this.#pool.startFailure;
  }

  /** Never rejects for what the function does. @param payload JSON text */
  async invoke(
    payload: string,
    { requestId = randomUUID(), clientContext, onBegin = () => {} }: InvokeOptions = {},
  ): Promise<InvocationResult> {
    await this.#claim();
    try {
      if (this.#stopped) return NEVER_STARTED;
      const pool = this.#pool;
      const environment = await pool.take();
      // the stop came while it started
      if (this.#stopped) return NEVER_STARTED;
      try {
        onBegin();
        const result = await environment.invoke({ requestId, payload, clientContext });
        if (this.#stopped && result.functionError !== undefined) return { ...result, isCutOff: true };
        this.invocations++;
        if (result.functionError !== undefined) this.errors++;
        this.#tellOf(result);
        return result;
      } finally {
        pool.putBack(environment);
      }
    } finally {
      this.#release();
    }
  }

  #tellOf({ used, functionError }: InvocationResult): void {
    if (used === undefined) return;
    const isError = functionError !== undefined;
    this.#options.onInvoked?.({ functionName: this.plan.name, ...used, isError });
  }

  /** Loads the handler ahead of the first invocation. */
  async prewarm(): Promise<void> {
    if (!this.#stopped) await this.#pool.prewarm();
  }

  /**
   * Loads the handler of a function that is to take the place of another, or to be new.
   *
   * @throws HandlerLoadError when it cannot be loaded
   */
  async load(): Promise<void> {
    await this.#pool.prewarm();
    const { startFailure } = this.#pool;
    if (startFailure !== undefined) {
      throw new HandlerLoadError(`the handler of ${this.plan.name} cannot be loaded: ${startFailure}`);
    }
  }

  /** Goes on with the plan and the environments of another; invocations under way end in those that they have. */
  become(successor: LambdaFunction): void {
    const before = this.#pool;
    this.#pool = successor.#pool;
    this.#pool.succeed(before);
    this.#retired.add(before);
    void before.retire().then(() => this.#retired.delete(before));
    // there may be room for more at a time now
    while (this.#claimed < this.concurrency && this.#waiting.length > 0) {
      this.#claimed++;
      this.#waiting.shift()?.();
    }
  }

  /** Ends once what it has in hand is done; resolves then. */
  async retire(): Promise<void> {
    await this.#pool.retire();
  }

  /** Ends the processes; resolves when they are gone. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#pool, ...this.#retired].map(async (pool) => pool.stop()));
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
}

function newPool(options: LambdaFunctionOptions): EnvironmentPool {
  const { name, reservedConcurrency } = options.plan;
  if (reservedConcurrency === 0) {
    throw new UnsupportedFeatureError(`the reserved concurrency of 0 of ${name}`, 'disable its event source');
  }
  return new EnvironmentPool(options);
}
