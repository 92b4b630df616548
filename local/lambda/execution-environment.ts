import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { FunctionPlan } from '../plan.ts';
import { lineSplitter, LogTail, type FunctionLog } from './function-log.ts';
import { residentBytes } from './memory.ts';
import { RuntimeApi } from './runtime-api.ts';

/** What an invocation gave. */
export interface InvocationResult {
  /** JSON text: the handler's answer, or `{errorType, errorMessage, trace}`. */
  readonly payload: string;
  /** Set when the function failed, as the header `X-Amz-Function-Error` has it. */
  readonly functionError?: 'Unhandled';
  readonly logTail: string;
}

export interface EnvironmentOptions {
  readonly plan: FunctionPlan;
  readonly log: FunctionLog;
  /** The variables of the process, but those that only the environment knows. */
  readonly variables: Readonly<Record<string, string>>;
}

interface Running {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly tail: LogTail;
  readonly resolve: (result: InvocationResult) => void;
  readonly timers: NodeJS.Timeout[];
}

/** Why the process was killed. */
type Death = 'timeout' | 'memory' | 'stopped';

const INIT_TIMEOUT_MS = 10_000;
const MEMORY_LOOK_MS = 50;
const MEGABYTE = 1024 * 1024;

/**
 * One execution environment: a child process that runs one invocation at a time, and is killed when it takes longer
 * than its timeout or more than its memory. The timeout is in real time, since the process is.
 */
export class ExecutionEnvironment {
  readonly #plan: FunctionPlan;
  readonly #log: FunctionLog;
  readonly #child: ChildProcess;
  readonly #api: RuntimeApi;
  readonly #ready = Promise.withResolvers<void>();
  #running: Running | undefined;
  #initError: string | undefined;
  #peakBytes = 0;
  #death: Death | undefined;
  #ended = false;

  private constructor({ plan, log, variables }: EnvironmentOptions, api: RuntimeApi, address: string) {
    this.#plan = plan;
    this.#log = log;
    this.#api = api;
    api.connect({
      onIdle: () => this.#ready.resolve(),
      onResponse: (requestId, payload) => this.#finish(requestId, payload),
      onError: (requestId, error) => this.#fail(requestId, error),
    });
    // a group of its own: the terminal's Ctrl-C is for the runtime to handle
    this.#child = spawn(
      process.execPath,
      [`--max-old-space-size=${plan.memoryMb}`, join(import.meta.dirname, 'bootstrap.mjs')],
      {
        cwd: plan.codeDir,
        env: { ...variables, AWS_LAMBDA_RUNTIME_API: address },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        detached: true,
      },
    );
    const write = (line: string): void => {
      log.write(line);
      this.#running?.tail.add(line);
    };
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', lineSplitter(write));
    }
    this.#child.once('error', (error) => write(`the function's process cannot be started: ${error.message}`));
    this.#child.once('close', (code, signal) => this.#onExit(code, signal));
    // a process that nobody waits for
    this.#ready.promise.catch(() => {});
  }

  static async start(options: EnvironmentOptions): Promise<ExecutionEnvironment> {
    const api = new RuntimeApi();
    const address = await api.listen();
    return new ExecutionEnvironment(options, api, address);
  }

  /** Whether it can take another invocation, now or when the present one has ended. */
  get isUsable(): boolean {
    return !this.#ended && this.#death === undefined && this.#initError === undefined;
  }

  /** Never rejects: whatever becomes of the process is a result. */
  async invoke(payload: string): Promise<InvocationResult> {
    const requestId = randomUUID();
    return await new Promise((resolve) => {
      const tail = new LogTail();
      this.#running = { requestId, startedAtMs: performance.now(), tail, resolve, timers: [] };
      const initTimer = setTimeout(() => this.#die('timeout'), INIT_TIMEOUT_MS);
      this.#running.timers.push(initTimer);
      this.#ready.promise.then(
        () => {
          clearTimeout(initTimer);
          this.#begin(requestId, payload);
        },
        () =>
          this.#endWith(
            errorPayload('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited during init`),
          ),
      );
    });
  }

  /** Ends the process. What it was doing is not finished. */
  stop(): void {
    this.#die('stopped');
  }

  #begin(requestId: string, payload: string): void {
    const running = this.#running;
    if (running === undefined || !this.isUsable) return;
    const { timeoutSeconds, arn } = this.#plan;
    this.#running = { ...running, startedAtMs: performance.now() };
    this.#write(`START RequestId: ${requestId} Version: $LATEST`);
    const root = `1-${Math.floor(Date.now() / 1_000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
    this.#api.give({
      requestId,
      payload,
      deadlineMs: Date.now() + timeoutSeconds * 1_000,
      functionArn: arn,
      traceId: `Root=${root};Parent=${root.slice(-16)};Sampled=0`,
    });
    running.timers.push(
      setTimeout(() => this.#die('timeout'), timeoutSeconds * 1_000),
      setInterval(() => void this.#lookAtMemory(), MEMORY_LOOK_MS),
    );
  }

  async #lookAtMemory(): Promise<void> {
    const bytes = await residentBytes(this.#child.pid ?? 0);
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes > this.#plan.memoryMb * MEGABYTE) this.#die('memory');
  }

  #die(why: Death): void {
    this.#death ??= why;
    this.#child.kill('SIGKILL');
  }

  #finish(requestId: string, payload: string): void {
    // what it has printed lies in the pipe, read in this very turn of the event loop
    if (requestId === this.#running?.requestId) setImmediate(() => this.#endWith({ payload }));
  }

  #fail(requestId: string | undefined, error: string): void {
    if (requestId === undefined) {
      this.#initError = error;
      this.#ready.resolve();
      setImmediate(() => this.#endWith({ payload: error, functionError: 'Unhandled' }));
    } else if (requestId === this.#running?.requestId) {
      setImmediate(() => this.#endWith({ payload: error, functionError: 'Unhandled' }));
    }
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#ended = true;
    this.#api.close();
    const requestId = this.#running?.requestId;
    if (requestId !== undefined)
      this.#endWith(this.#obituary(requestId, signal?.toLowerCase() ?? `exit status ${code}`));
    this.#ready.reject(new Error('the process has ended'));
  }

  #obituary(requestId: string, how: string): Pick<InvocationResult, 'functionError' | 'payload'> {
    if (this.#death === 'timeout') {
      const seconds = this.#plan.timeoutSeconds.toFixed(2);
      const text = `${new Date().toISOString()} ${requestId} Task timed out after ${seconds} seconds`;
      this.#write(text);
      return errorPayload('Sandbox.Timedout', text);
    }
    const errorType = this.#death === 'memory' ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
    const text = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
    this.#write(`${text} ${errorType}`);
    return errorPayload(errorType, text);
  }

  #endWith(result: Pick<InvocationResult, 'functionError' | 'payload'>): void {
    const running = this.#running;
    if (running === undefined) return;
    for (const timer of running.timers) clearTimeout(timer);
    const durationMs = performance.now() - running.startedAtMs;
    const peakMb = Math.ceil(this.#peakBytes / MEGABYTE);
    const { requestId, tail } = running;
    this.#write(`END RequestId: ${requestId}`);
    this.#write(
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tMemory Size: ${this.#plan.memoryMb} MB` +
        (peakMb > 0 ? `\tMax Memory Used: ${peakMb} MB` : ''),
    );
    this.#running = undefined;
    running.resolve({ ...result, logTail: tail.toString() });
  }

  #write(line: string): void {
    this.#log.write(line);
    this.#running?.tail.add(line);
  }
}

function errorPayload(
  errorType: string,
  errorMessage: string,
): Pick<InvocationResult, 'functionError' | 'payload'> {
  return { payload: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' };
}
