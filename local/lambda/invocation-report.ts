import { RUNTIME_EXITED, TIMED_OUT } from '../../shared/log-fields.ts';

/** How an invocation or an init ended when the runtime could not say so itself. */
export interface Failure {
  /** `Sandbox.Timedout`, `Runtime.OutOfMemory`, `Runtime.ExitError` … */
  readonly errorType: string;
  /** JSON text for the invoker: `{errorType, errorMessage, trace?}`. */
  readonly payload: string;
  /** What the log says beside the report. */
  readonly logLine?: string;
}

/** As Lambda names them, which is as Go does. */
const SIGNAL_NAMES: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

export function timedOut(requestId: string, timeoutSeconds: number): Failure {
  const text = `${TIMED_OUT} ${timeoutSeconds.toFixed(2)} seconds`;
  return {
    errorType: 'Sandbox.Timedout',
    payload: errorPayload('Sandbox.Timedout', `RequestId: ${requestId} Error: ${text}`),
    logLine: `${new Date().toISOString()} ${requestId} ${text}`,
  };
}

export function outOfMemory(requestId: string): Failure {
  const text = `RequestId: ${requestId} Error: ${RUNTIME_EXITED} with error: signal: killed`;
  return {
    errorType: 'Runtime.OutOfMemory',
    payload: errorPayload('Runtime.OutOfMemory', text),
    logLine: `${text} Runtime.ExitError`,
  };
}

export function exited(
  requestId: string,
  exitCode: number | null,
  signal: NodeJS.Signals | null | undefined,
): Failure {
  const how =
    signal !== null && signal !== undefined
      ? ` with error: signal: ${SIGNAL_NAMES[signal] ?? signal}`
      : exitCode === 0
        ? ' without providing a reason'
        : ` with error: exit status ${exitCode}`;
  const text = `RequestId: ${requestId} Error: ${RUNTIME_EXITED}${how}`;
  return {
    errorType: 'Runtime.ExitError',
    payload: errorPayload('Runtime.ExitError', text),
    logLine: `${text} Runtime.ExitError`,
  };
}

/** The runtime has described the error itself. */
export function described(payload: string): Failure {
  let errorType = 'Runtime.Unknown';
  try {
    const parsed = JSON.parse(payload) as { errorType?: unknown } | null;
    if (typeof parsed?.errorType === 'string') errorType = parsed.errorType;
  } catch {
    // another runtime's error need not be JSON
  }
  return { errorType, payload };
}

const errorPayload = (errorType: string, errorMessage: string) => JSON.stringify({ errorType, errorMessage });

/** `Sandbox.Timedout: Task timed out after 30.00 seconds`: an invoker's payload in one line. */
export function errorText(payload: string): string {
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: string; errorMessage?: string };
    return [errorType, errorMessage].filter((part) => part !== undefined).join(': ');
  } catch {
    // another runtime's error need not be JSON
    return payload;
  }
}

/** ` (/project/functions/x/handler.ts:3:7)`, where an error with a trace was thrown; else nothing. */
export function errorPlace(payload: string): string {
  try {
    const { trace = [] } = JSON.parse(payload) as { trace?: readonly string[] };
    const frame = trace.map((line) => /^ +at .*?(\/[^()]+:\d+:\d+)\)?$/.exec(line)?.[1]).find(Boolean);
    return frame === undefined ? '' : ` (${frame.replace(/^\/+/, '/')})`;
  } catch {
    // another runtime's error need not be JSON
    return '';
  }
}

export interface Usage {
  readonly durationMs: number;
  /** How long the start took, where this was the first invocation in an environment. */
  readonly initMs: number | undefined;
  readonly memoryMb: number;
  readonly peakBytes: number;
}

/** The line that ends an invocation's log. @param fatal what made the process end, if it did */
export function reportLine(requestId: string, usage: Usage, fatal: Failure | undefined): string {
  const { durationMs, initMs, memoryMb, peakBytes } = usage;
  const status =
    fatal === undefined
      ? []
      : fatal.errorType === 'Sandbox.Timedout'
        ? ['Status: timeout']
        : ['Status: error', `Error Type: ${fatal.errorType}`];
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(peakBytes / 1024 / 1024)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...status,
  ].join('\t');
}
