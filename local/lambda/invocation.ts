import { LogTail } from './function-log.ts';
import { reportLine, type Failure, type Usage } from './invocation-report.ts';

export interface InvocationRequest {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  /** JSON text. */
  readonly clientContext?: string | undefined;
}

/** What an invocation gave. */
export interface InvocationResult {
  /** JSON text: the handler's answer, or `{errorType, errorMessage, trace}`. */
  readonly payload: string;
  /** Set when the function failed, as the header `X-Amz-Function-Error` has it. */
  readonly functionError?: 'Unhandled';
  /** The last 4 KB of its log. */
  readonly logTail: string;
  /** It is the end of the runtime that ended it, and nothing that the function did. */
  readonly isCutOff?: boolean;
  /** Absent where it never began. */
  readonly used?: { readonly durationMs: number; readonly peakBytes: number };
}

/** One invocation, while it runs in its environment. */
export class Invocation {
  readonly request: InvocationRequest;
  readonly result: Promise<InvocationResult>;
  /**
   * What the runtime has said. The invocation ends when the runtime asks for the next one: a process that is about to
   * die does not.
   */
  outcome: Pick<InvocationResult, 'payload' | 'functionError'> | undefined;
  readonly #log: (line: string) => void;
  readonly #tail = new LogTail();
  readonly #startedAtMs = performance.now();
  readonly #timeout: NodeJS.Timeout;
  readonly #resolve: (result: InvocationResult) => void;

  constructor(
    request: InvocationRequest,
    log: (line: string) => void,
    timeoutMs: number,
    onTimeout: () => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.request = request;
    this.result = promise;
    this.#resolve = resolve;
    this.#log = log;
    this.#timeout = setTimeout(onTimeout, timeoutMs);
    this.log(`START RequestId: ${request.requestId} Version: $LATEST`);
  }

  log(line: string): void {
    this.#tail.add(line);
    this.#log(line);
  }

  /** @param failure what became of the process, if it is gone or going; it counts for more than an outcome when it took too much memory */
  end(failure: Failure | undefined, usage: Omit<Usage, 'durationMs'>): void {
    clearTimeout(this.#timeout);
    const { requestId } = this.request;
    const durationMs = performance.now() - this.#startedAtMs;
    if (failure?.logLine !== undefined) this.log(failure.logLine);
    this.log(`END RequestId: ${requestId}`);
    this.log(reportLine(requestId, { ...usage, durationMs }, failure));
    const outcome = failure?.errorType === 'Runtime.OutOfMemory' ? undefined : this.outcome;
    const result = outcome ?? { payload: failure?.payload ?? 'null', functionError: 'Unhandled' };
    const used = { durationMs, peakBytes: usage.peakBytes };
    this.#resolve({ ...result, logTail: this.#tail.toString(), used });
  }
}
