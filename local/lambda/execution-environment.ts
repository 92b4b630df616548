import { randomBytes } from 'node:crypto';
import type { FunctionPlan } from '../plan.ts';
import { FunctionProcess } from './function-process.ts';
import { INSPECTED_TIMEOUT_MS } from './inspector.ts';
import { Invocation, type InvocationRequest, type InvocationResult } from './invocation.ts';
import {
  described,
  errorPlace,
  errorText,
  exited,
  outOfMemory,
  timedOut,
  type Failure,
} from './invocation-report.ts';
import { MemoryWatch } from './memory-watch.ts';
import { RuntimeApi } from './runtime-api.ts';
import type { Watchdog } from './watchdog.ts';

export interface EnvironmentOptions {
  readonly plan: FunctionPlan;
  /** The variables of the process, but the Runtime API's address. */
  readonly variables: Readonly<Record<string, string>>;
  readonly watchdog: Watchdog;
  readonly onLine: (line: string) => void;
  readonly initTimeoutMs: number;
  /** Node's inspector listens on this loopback port, and time at a breakpoint does not count. @default no inspector */
  readonly inspectorPort?: number | undefined;
}

/** How the init ended: with the handler loaded, with an error or an exit, or not in time. */
export type InitOutcome = 'done' | 'failed' | 'timed-out';

/** What the process was killed for. */
type Death = 'init-timeout' | 'timeout' | 'memory' | 'stop';

/**
 * One execution environment: a process that runs one invocation at a time, and is killed when that takes longer than
 * the timeout or more than the memory. Both, and the limit of the init, are in real time, since the process is.
 */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #api: RuntimeApi;
  readonly #process: FunctionProcess;
  readonly #memory: MemoryWatch;
  readonly #initTimer: NodeJS.Timeout;
  readonly #init = Promise.withResolvers<InitOutcome>();
  readonly #end = Promise.withResolvers<void>();
  readonly #startedAtMs = performance.now();
  #isInitialized = false;
  #initMs: number | undefined;
  #initError: string | undefined;
  #running: Invocation | undefined;
  #killedFor: Death | undefined;
  #exit: [exitCode: number | null, signal: NodeJS.Signals | null] | undefined;

  private constructor(options: EnvironmentOptions, api: RuntimeApi, address: string) {
    const { plan, variables, watchdog, initTimeoutMs, inspectorPort } = options;
    this.#options = options;
    this.#api = api;
    api.connect({
      onNext: () => this.#onNext(),
      onResponse: (requestId, payload) => this.#onOutcome(requestId, { payload }),
      onError: (requestId, payload) => this.#onOutcome(requestId, { payload, functionError: 'Unhandled' }),
      onInitError: (error) => this.#onInitError(error),
    });
    this.#process = new FunctionProcess({
      codeDir: plan.codeDir,
      memoryMb: plan.memoryMb,
      variables: { ...variables, AWS_LAMBDA_RUNTIME_API: address },
      watchdog,
      inspectorPort,
      onLine: (line) => this.#write(line),
      onEnd: (exitCode, signal) => this.#onEnd(exitCode, signal),
    });
    this.#memory = new MemoryWatch(this.#process.pid, plan.memoryMb * 1024 * 1024, () =>
      this.#kill('memory'),
    );
    this.#memory.start();
    this.#initTimer = setTimeout(
      () => this.#kill('init-timeout'),
      inspectorPort === undefined ? initTimeoutMs : INSPECTED_TIMEOUT_MS,
    );
  }

  /** @throws when no process can be made, for want of memory, say */
  static async start(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    const api = new RuntimeApi();
    const address = await api.listen();
    try {
      return new ExecutionEnvironment(options, api, address);
    } catch (error) {
      api.close();
      throw error;
    }
  }

  /** Whether it can take another invocation, now or when its init or the present one has ended. */
  get isUsable(): boolean {
    return this.#exit === undefined && this.#killedFor === undefined && this.#initError === undefined;
  }

  async initialized(): Promise<InitOutcome> {
    return await this.#init.promise;
  }

  /** Why the handler was not loaded, once that is known: `ReferenceError: x is not defined (/…/handler.ts:3:7)`. */
  get initFailure(): string | undefined {
    const failure = this.#isInitialized ? undefined : this.#failure('init');
    return failure === undefined ? undefined : errorText(failure.payload) + errorPlace(failure.payload);
  }

  /** Resolves when the process is gone. */
  async ended(): Promise<void> {
    await this.#end.promise;
  }

  /** Never rejects: whatever becomes of the process is a result. */
  async invoke(request: InvocationRequest): Promise<InvocationResult> {
    const init = await this.#init.promise;
    const { plan, onLine, inspectorPort } = this.#options;
    const timeoutMs = inspectorPort === undefined ? plan.timeoutSeconds * 1_000 : INSPECTED_TIMEOUT_MS;
    const invocation = new Invocation(request, onLine, timeoutMs, () => this.#kill('timeout'));
    this.#running = invocation;
    if (init === 'done' && this.#exit === undefined) {
      this.#memory.start();
      this.#api.give({
        ...request,
        deadlineMs: Date.now() + timeoutMs,
        functionArn: plan.arn,
        traceId: newTraceId(),
      });
    } else this.#finish();
    return await invocation.result;
  }

  /** Ends the process. What it was doing is not finished. */
  stop(): void {
    this.#kill('stop');
  }

  #kill(why: Death): void {
    this.#killedFor ??= why;
    this.#process.kill();
  }

  #onNext(): void {
    if (this.#isInitialized) {
      // what the handler has printed was read when its outcome was, or before
      if (this.#running?.outcome !== undefined) this.#onInvocationDone();
      return;
    }
    this.#isInitialized = true;
    clearTimeout(this.#initTimer);
    this.#initMs = performance.now() - this.#startedAtMs;
    this.#memory.stop();
    this.#init.resolve('done');
  }

  #onOutcome(requestId: string, outcome: NonNullable<Invocation['outcome']>): boolean {
    if (this.#running?.request.requestId !== requestId) return false;
    this.#running.outcome ??= outcome;
    return true;
  }

  #onInitError(error: string): void {
    this.#initError = error;
    // the runtime ends itself; what it has printed is still read
    setImmediate(() => this.#process.kill());
  }

  #onInvocationDone(): void {
    // may find that it has taken too much, and kill it
    this.#memory.stop();
    if (this.#killedFor !== undefined || this.#exit !== undefined) return;
    this.#process.flushLines();
    this.#finish();
  }

  #onEnd(exitCode: number | null, signal: NodeJS.Signals | null): void {
    this.#exit = [exitCode, signal];
    this.#api.close();
    this.#memory.stop();
    clearTimeout(this.#initTimer);
    if (!this.#isInitialized && this.#killedFor !== 'stop') this.#reportInit();
    this.#init.resolve(this.#killedFor === 'init-timeout' ? 'timed-out' : 'failed');
    if (this.#running !== undefined) this.#finish();
    this.#end.resolve();
  }

  #reportInit(): void {
    const failure = this.#failure('init');
    const status =
      this.#killedFor === 'init-timeout' ? 'timeout' : `error\tError Type: ${failure?.errorType}`;
    const durationMs = performance.now() - this.#startedAtMs;
    this.#write(`INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: init\tStatus: ${status}`);
  }

  #finish(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.end(this.#failure(running.request.requestId), {
      initMs: this.#initMs,
      memoryMb: this.#options.plan.memoryMb,
      peakBytes: this.#memory.peakBytes,
    });
    this.#initMs = undefined;
  }

  /** Why the process is gone or going; `undefined` while all is well. */
  #failure(requestId: string): Failure | undefined {
    if (this.#killedFor === 'memory') return outOfMemory(requestId);
    if (this.#killedFor === 'timeout' || this.#killedFor === 'init-timeout') {
      return timedOut(requestId, this.#options.plan.timeoutSeconds);
    }
    if (this.#initError !== undefined) return described(this.#initError);
    return this.#exit === undefined ? undefined : exited(requestId, ...this.#exit);
  }

  #write(line: string): void {
    if (this.#running === undefined) this.#options.onLine(line);
    else this.#running.log(line);
  }
}

/** As AWS X-Ray has it; not sampled, since nobody collects traces here. */
function newTraceId(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  const root = `1-${seconds}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
