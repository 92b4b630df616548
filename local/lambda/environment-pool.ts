import type { FunctionPlan } from '../plan.ts';
import { ExecutionEnvironment, type InitOutcome } from './execution-environment.ts';
import { functionVariables, type Surroundings } from './function-variables.ts';
import type { Watchdog } from './watchdog.ts';

export interface EnvironmentPoolOptions extends Surroundings {
  readonly plan: FunctionPlan;
  readonly watchdog: Watchdog;
  /** Called with every line of the function's log. */
  readonly onLine: (line: string) => void;
  /** For tests; Lambda's ten seconds otherwise. */
  readonly initTimeoutMs?: number | undefined;
  /** Node's inspector listens on this loopback port, and no timeout ends a process then. @default no inspector */
  readonly inspectorPort?: number | undefined;
}

const INIT_TIMEOUT_MS = 10_000;
/** An environment too many gives its memory back. In real time, since the process is. */
const IDLE_TIMEOUT_MS = 60_000;

/** The execution environments of one version of a function: each is used again and again, by one invocation at a time. */
export class EnvironmentPool {
  readonly plan: FunctionPlan;
  /** In milliseconds since 1970. */
  readonly madeAtMs = Date.now();
  /** Why the last environment did not come to load the handler; undefined once one has. */
  startFailure: string | undefined;
  readonly #options: EnvironmentPoolOptions;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #idleTimers = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  readonly #all = new Set<ExecutionEnvironment>();
  #prewarming: Promise<ExecutionEnvironment> | undefined;
  #isRetired = false;
  /** The inspector's port is free when these processes are gone. */
  #predecessor: EnvironmentPool | undefined;
  #isStopped = false;

  /** @throws UnsupportedFeatureError for variables that AWS would refuse */
  constructor(options: EnvironmentPoolOptions) {
    functionVariables(options.plan, options);
    this.plan = options.plan;
    this.#options = options;
  }

  /** Whether an invocation would find an environment that is warm, or on the way to it. */
  get hasIdle(): boolean {
    return this.#prewarming !== undefined || this.#idle.some(({ isUsable }) => isUsable);
  }

  /** A warm environment, or a new one. Its init may have failed: then its invocation says why. */
  async take(): Promise<ExecutionEnvironment> {
    const prewarming = this.#prewarming;
    this.#prewarming = undefined;
    const environment = this.#takeIdle() ?? (await (prewarming ?? this.#start()));
    // as in Lambda: the init of a new environment is tried once more, now within the function's timeout
    if ((await environment.initialized()) !== 'timed-out') return environment;
    return await this.#start(this.plan.timeoutSeconds * 1_000);
  }

  /** Keeps the environment of an invocation that has ended for the next one. */
  putBack(environment: ExecutionEnvironment): void {
    if (!environment.isUsable) return;
    if (this.#isRetired) {
      environment.stop();
      return;
    }
    this.#idle.push(environment);
    const timer = setTimeout(() => {
      if (this.#idle.length === 1) return;
      this.#takeOffIdle(environment);
      environment.stop();
    }, IDLE_TIMEOUT_MS);
    timer.unref();
    this.#idleTimers.set(environment, timer);
  }

  /** Loads the handler ahead of the first invocation. */
  async prewarm(): Promise<void> {
    if (this.#isRetired || this.#all.size > 0) return;
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

  /** Takes over from another version, whose idle processes end now and those in use with their invocation. */
  succeed(before: EnvironmentPool): void {
    if (this.#options.inspectorPort !== undefined) this.#predecessor = before;
    void before.retire();
  }

  /** Ends the idle processes now, and those in use with their invocation; resolves when all are gone. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    for (const timer of this.#idleTimers.values()) clearTimeout(timer);
    const idle = this.#idle.splice(0);
    await this.#prewarming?.then(
      (environment) => environment.stop(),
      () => {
        // none was made
      },
    );
    for (const environment of idle) environment.stop();
    await this.#allEnded();
  }

  /** Ends all processes at once; resolves when they are gone. */
  async stop(): Promise<void> {
    this.#isRetired = true;
    this.#isStopped = true;
    for (const timer of this.#idleTimers.values()) clearTimeout(timer);
    for (const environment of this.#all) environment.stop();
    await this.#allEnded();
  }

  async #allEnded(): Promise<void> {
    await Promise.all([...this.#all].map(async (environment) => environment.ended()));
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

  async #start(initTimeoutMs?: number): Promise<ExecutionEnvironment> {
    const { plan, watchdog, onLine, inspectorPort } = this.#options;
    await this.#predecessor?.retire();
    this.#predecessor = undefined;
    const environment = await ExecutionEnvironment.start({
      plan,
      watchdog,
      onLine,
      inspectorPort,
      variables: functionVariables(plan, this.#options),
      initTimeoutMs: initTimeoutMs ?? this.#options.initTimeoutMs ?? INIT_TIMEOUT_MS,
    });
    this.#all.add(environment);
    void environment.initialized().then((outcome) => this.#noteInit(environment, outcome));
    void environment.ended().then(() => this.#forget(environment));
    if (this.#isStopped) environment.stop();
    return environment;
  }

  #noteInit({ initFailure }: ExecutionEnvironment, outcome: InitOutcome): void {
    if (outcome === 'done') this.startFailure = undefined;
    else if (!this.#isStopped) this.startFailure = initFailure ?? outcome;
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
