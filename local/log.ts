import { terminalJson } from '../shared/terminal-text.ts';
import { machineTrouble } from './protocols/internal-error.ts';

/**
 * One of the runtime's own lines, on stderr, beside those of the functions. An `Error` among the details, or in them,
 * keeps its text, which JSON alone would make `{}`; what a terminal would obey or hide is escaped.
 */
export function log(message: string, details: Readonly<Record<string, unknown>>): void {
  write('WARN', message, details);
}

/** The same, of something that went wrong in the runtime itself. */
export function logError(message: string, details: Readonly<Record<string, unknown>>): void {
  write('ERROR', message, details);
}

function write(level: 'WARN' | 'ERROR', message: string, details: Readonly<Record<string, unknown>>): void {
  const line = JSON.stringify({ level, message, ...details }, (_, value: unknown) =>
    value instanceof Error ? errorText(value) : value,
  );
  console.error(terminalJson(line));
}

/** For an error of the operating system its message, which says it all; for any other one the stack, and its causes'. */
function errorText(error: Error): string {
  const isOfSystem = machineTrouble(error) !== undefined;
  const own = (isOfSystem ? undefined : error.stack) ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${own}\n  cause: ${errorText(error.cause)}` : own;
}
