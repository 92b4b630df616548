import type { Fault } from './faults.ts';
import { kept, type History, type Operation } from './history/operation.ts';
import type { Place } from './place.ts';
import { runHistory, type Outcome, type RunOptions } from './run-history.ts';

/** The least that still fails: operations, and faults that have to be on. */
export interface Shrunk {
  readonly operations: readonly Operation[];
  readonly only: ReadonlySet<Fault>;
  readonly outcome: Outcome;
}

/** Runs of a history until the search is given up: it has then found the least that it could. */
const MOST_RUNS = 400;

/**
 * Takes operations away, halves, quarters and so on down to single ones, and then faults, as long as the same invariant is
 * violated. What stays meets the same faults and delays as before, since these depend on the operation alone.
 */
export async function shrink(
  place: Place,
  history: History,
  options: RunOptions,
  failed: Outcome,
): Promise<Shrunk> {
  const { invariant } = failed.violation!;
  let least: Shrunk = { operations: history.operations, only: new Set(failed.on), outcome: failed };
  let runs = 0;
  const holds = async (operations: readonly Operation[], only: ReadonlySet<Fault>): Promise<boolean> => {
    if (runs++ >= MOST_RUNS) return false;
    const outcome = await runHistory(place, { ...history, operations }, { ...options, only });
    if (outcome.violation?.invariant !== invariant) return false;
    least = { operations, only, outcome };
    return true;
  };
  for (let before = Infinity; least.operations.length + least.only.size < before;) {
    before = least.operations.length + least.only.size;
    for (let length = Math.ceil(least.operations.length / 2); length >= 1; length = nextLength(length)) {
      for (let at = 0; at < least.operations.length;) {
        const gone = new Set(least.operations.slice(at, at + length));
        const fewer = kept(least.operations, (operation) => !gone.has(operation));
        if (!(await holds(fewer, least.only))) at += length;
      }
    }
    for (const fault of least.only) {
      const fewer = new Set([...least.only].filter((one) => one !== fault));
      await holds(least.operations, fewer);
    }
  }
  return least;
}

const nextLength = (length: number): number => (length === 1 ? 0 : Math.ceil(length / 2));
