import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentPoolOptions } from '../../../local/lambda/environment-pool.ts';
import { LambdaFunction } from '../../../local/lambda/lambda-function.ts';
import { Watchdog } from '../../../local/lambda/watchdog.ts';
import type { FunctionPlan } from '../../../local/plan.ts';

export const FIXTURES = join(import.meta.dirname, 'fixtures');

/** A function of the fixtures: `handlers.NAME`, or what the changes say. */
export function functionPlan(handler: string, changes: Partial<FunctionPlan> = {}): FunctionPlan {
  return {
    name: 'Consumer',
    arn: 'arn:aws:lambda:eu-central-1:000000000000:function:Consumer',
    description: '',
    runtime: 'nodejs24.x',
    architectures: ['arm64'],
    handler: handler.includes('.') ? handler : `handlers.${handler}`,
    codeDir: FIXTURES,
    timeoutSeconds: 10,
    memoryMb: 256,
    environment: {},
    roleName: 'ConsumerRole',
    roleArn: 'arn:aws:iam::000000000000:role/ConsumerRole',
    statements: [],
    logGroupName: '/aws/lambda/Consumer',
    asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 },
    ...changes,
  };
}

/** A function on its own, with the lines that it logs. */
export class FunctionUnderTest implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly lambda: LambdaFunction;
  readonly #watchdog = new Watchdog();

  constructor(
    handler: string,
    changes: Partial<FunctionPlan> = {},
    environment: Pick<EnvironmentPoolOptions, 'initTimeoutMs' | 'inspectorPort'> = {},
  ) {
    this.lambda = new LambdaFunction({
      plan: functionPlan(handler, changes),
      endpoint: 'http://127.0.0.1:4566',
      region: 'eu-central-1',
      accountId: '000000000000',
      watchdog: this.#watchdog,
      onLine: (line) => void this.lines.push(line),
      ...environment,
    });
  }

  get log(): string {
    return this.lines.join('\n');
  }

  /** Invokes, and parses what comes back. */
  async invoke(event: unknown = {}) {
    const { payload, ...rest } = await this.lambda.invoke(JSON.stringify(event));
    return { ...rest, answer: JSON.parse(payload) as Record<string, unknown> };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.lambda.stop();
    this.#watchdog.stop();
  }
}

/** Whether a process runs; one that has ended and waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
