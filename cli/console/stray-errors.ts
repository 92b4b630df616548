import { AsyncLocalStorage } from 'node:async_hooks';
import { terminalJson } from '../../shared/terminal-text.ts';

const verbs = new AsyncLocalStorage<string>();

/** Runs a verb so that an error of it which nobody caught is known to be its own. @param verb its command line */
export const asVerb = <Value>(verb: string, work: () => Value): Value => verbs.run(verb, work);

/**
 * Within a listener of `uncaughtException`: the verb that the error comes from. Such an error must not end a server that goes
 * on for others.
 */
export const verbAtFault = (): string | undefined => verbs.getStore();

/** What is said of such an error: with its stack, since nobody foresaw it. */
export function strayText(verb: string, error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `the console's verb ${verb} left an error that nobody caught: ${text}`
    .split('\n')
    .map(terminalJson)
    .join('\n');
}
