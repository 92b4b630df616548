import { RUNTIME_EXITED, TIMED_OUT } from '../../shared/log-fields.ts';
import { logEvents } from '../logs/log-events.ts';
import { parsedLine } from '../logs/parsed-line.ts';
import type { FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { statusDocument } from './status-document.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** The newest failure that a consumer's log tells of. */
export type LastError = NonNullable<DocumentOf<typeof statusDocument>['consumers'][number]['lastError']>;

/** How far back to look: the newest lines first, since a log is read from its oldest on. */
const WINDOWS_MS = [60_000, 15 * 60_000, 2 * 3_600_000];
const MOST_LINES = 2_000;

// of the function itself, of its runtime, and of Lambda
const FAILURES = `?ERROR ?WARN ?"${TIMED_OUT}" ?"${RUNTIME_EXITED}"`;
const PLATFORM_LINE = new RegExp(`${TIMED_OUT} [\\d.]+ seconds|${RUNTIME_EXITED}.*$`);

/** Undefined when the last two hours of the log tell of none. */
export async function lastErrorIn(
  pipeline: Pipeline,
  consumer: FunctionConsumer,
): Promise<LastError | undefined> {
  const nowMs = (await pipeline.now()).getTime();
  for (const windowMs of WINDOWS_MS) {
    const query = { since: new Date(nowMs - windowMs), filterPattern: FAILURES };
    let last: LastError | undefined;
    let lines = 0;
    for await (const { timestampMs, message } of logEvents(pipeline, consumer, query)) {
      const error = errorOf(message);
      if (error !== undefined) last = { at: new Date(timestampMs).toISOString(), error };
      lines++;
      if (lines === MOST_LINES) break;
    }
    if (last !== undefined) return last;
  }
  return undefined;
}

/** What a line of a function's log says went wrong; undefined for a line about something else. */
function errorOf(line: string): string | undefined {
  const structured = parsedLine(line);
  if (structured !== undefined) {
    const { level, message, error } = structured;
    if (level !== 'ERROR' && level !== 'WARN') return undefined;
    return named(error as Named) ?? (typeof message === 'string' ? message : undefined);
  }
  const timedOut = PLATFORM_LINE.exec(line)?.[0];
  if (timedOut !== undefined) return timedOut;
  // `TIME\tREQUEST\tERROR\tInvoke Error\t{"errorType":"TypeError","errorMessage":"…"}`
  const [, , level, what, ...rest] = line.split('\t');
  if (level !== 'ERROR') return undefined;
  const { errorType, errorMessage } = (parsedLine(rest.join('\t').trim()) ?? {}) as Record<string, unknown>;
  return named({ name: errorType, message: errorMessage }) ?? what?.trim();
}

interface Named {
  readonly name?: unknown;
  readonly message?: unknown;
}

function named(error: Named | null | undefined): string | undefined {
  const parts = [error?.name, error?.message].filter((part) => typeof part === 'string' && part !== '');
  return parts.length === 0 ? undefined : parts.join(': ');
}
