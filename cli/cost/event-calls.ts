import type { Keeps } from '../../shared/keeps.ts';
import type { ConsumerFacts } from './template.ts';

/** How often a function calls AWS for one event that succeeds at once, by the names of the operations. */
export type EventCalls = Readonly<Record<'GetItem' | 'PutItem' | 'GetObject' | 'PutObject', number>>;

/**
 * What a consumer does with an event, by what it keeps and may do: held to what the functions do by test/cli/cost/measured.test.ts.
 * Who looks at its row first leaves it, and the object, alone when the event comes again; the others' second write is refused by its
 * condition, and billed like the first.
 *
 * @param times how many events share an invocation: lines go in one object for all of them
 */
export function callsOf(
  { keeps, readsObjects, readsRows }: Pick<ConsumerFacts, 'keeps' | 'readsObjects' | 'readsRows'>,
  isReplayed: boolean,
  times: number,
): EventCalls {
  const isKnown = isReplayed && readsRows;
  return {
    GetItem: isKnown ? 1 : 0,
    PutItem: keepsRows(keeps) && !isKnown ? 1 : 0,
    GetObject: readsObjects && !isKnown ? 1 : 0,
    PutObject: putsOf(keeps, times),
  };
}

export const keepsRows = (keeps: Keeps): boolean => keeps !== 'nothing' && 'rows' in keeps;

function putsOf(keeps: Keeps, times: number): number {
  if (keeps === 'nothing' || 'rows' in keeps) return 0;
  return 'lines' in keeps ? 1 / times : 1;
}
