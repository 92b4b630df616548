import { createHash, randomUUID } from 'node:crypto';
import type { Principal } from '../iam.ts';
import type { FunctionPlan } from '../plan.ts';
import { ExecutionEnvironment, type InvocationResult } from './execution-environment.ts';
import type { FunctionLog } from './function-log.ts';

export interface LambdaFunctionOptions {
  readonly plan: FunctionPlan;
  readonly log: FunctionLog;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
}

/** AWS gives an account a thousand; on one machine the rest wait their turn. */
const MOST_ENVIRONMENTS = 10;

/** A function and its execution environments: one per concurrent invocation, used again and again. */
export class LambdaFunction {
  readonly plan: FunctionPlan;
  /** The access key that its processes sign with; the gateway knows the role by it. */
  readonly accessKeyId: string;
  readonly principal: Principal;
  readonly #options: LambdaFunctionOptions;
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #waiting: (() => void)[] = [];
  #claimed = 0;
  #stopped = false;

  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
    this.plan = options.plan;
    const { name, roleName, statements } = options.plan;
    this.accessKeyId = `ASIA${createHash('sha256').update(name).digest('hex').slice(0, 16).toUpperCase()}`;
    this.principal = { kind: 'role', roleName, functionName: name, accountId: options.accountId, statements };
  }

  /** Invocations running, or waiting for an environment. */
  get inHand(): number {
    return this.#claimed + this.#waiting.length;
  }

  /** @param payload JSON text */
  async invoke(payload: string): Promise<InvocationResult> {
    await this.#claim();
    try {
      const environment = await this.#environment();
      const result = await environment.invoke(payload);
      if (environment.isUsable) this.#idle.push(environment);
      else this.#drop(environment);
      return result;
    } finally {
      this.#claimed--;
      this.#waiting.shift()?.();
    }
  }

  /** Loads the handler ahead of the first invocation. */
  async prewarm(): Promise<void> {
    if (this.#stopped || this.#all.size > 0) return;
    // idle at once: an invocation that comes meanwhile waits for this one to load, and starts no other
    this.#idle.push(await this.#start());
  }

  stop(): void {
    this.#stopped = true;
    for (const environment of this.#all) environment.stop();
    this.#all.clear();
  }

  async #claim(): Promise<void> {
    const limit = this.plan.reservedConcurrency ?? MOST_ENVIRONMENTS;
    while (this.#claimed >= limit) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#claimed++;
  }

  async #environment(): Promise<ExecutionEnvironment> {
    for (;;) {
      const environment = this.#idle.pop();
      if (environment === undefined) return await this.#start();
      if (environment.isUsable) return environment;
      this.#drop(environment);
    }
  }

  async #start(): Promise<ExecutionEnvironment> {
    const { plan, log } = this.#options;
    const environment = await ExecutionEnvironment.start({ plan, log, variables: this.#variables() });
    this.#all.add(environment);
    if (this.#stopped) environment.stop();
    return environment;
  }

  #drop(environment: ExecutionEnvironment): void {
    environment.stop();
    this.#all.delete(environment);
  }

  /** What Lambda sets, and the template; nothing of this machine's user. */
  #variables(): Record<string, string> {
    const { plan, endpoint, region } = this.#options;
    return {
      PATH: process.env['PATH'] ?? '',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: this.accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_ENDPOINT_URL: endpoint,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: plan.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMb),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: plan.logGroupName,
      AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${randomUUID().replaceAll('-', '')}`,
      LAMBDA_TASK_ROOT: plan.codeDir,
      _HANDLER: plan.handler,
      ...plan.environment,
    };
  }
}
