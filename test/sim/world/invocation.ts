import { AsyncLocalStorage } from 'node:async_hooks';
import type { ConsumerName } from '../history/expectation.ts';

/** An invocation of a function under way: in Lambda it has a process of its own, and dies with it. */
export interface Invocation {
  readonly consumer: ConsumerName;
  /** The same for the same messages: faults are asked by it. */
  readonly question: string;
  /** How far its clock is off. */
  readonly skewMs: number;
  /** It crashes at the call of this number; undefined where it does not. */
  readonly crash: { readonly at: number; readonly isAfter: boolean } | undefined;
  /** Its calls get no answer any more. */
  readonly isStuck: boolean;
  /** Calls of a service that it has made. */
  calls: number;
  /** Of those, the ones without an answer yet. */
  waiting: number;
  isDead: boolean;
  /** Ends it as a whole: what the function has in hand comes again. */
  readonly die: (errorType: string) => void;
}

/** Whose code runs now: functions that share a process here have none in common in Lambda. */
export const underWay = new AsyncLocalStorage<Invocation>();

/** What a dead process waits for: a promise of its own each time, since one that all wait for would hold them all for ever. */
export const never = async (): Promise<never> => await new Promise<never>(() => {});
