import { createHash } from 'node:crypto';
import { hashOf } from './chance.ts';
import type { FaultCounts } from './faults.ts';
import { NO_FIGURES, sum, type Figures } from './figures.ts';
import { generateHistory } from './history/generate-history.ts';
import type { History } from './history/operation.ts';
import type { Place } from './place.ts';
import { runHistory, type Outcome, type RunOptions } from './run-history.ts';

/** Changes in one history: small enough to shrink, long enough for a few keys to see everything. */
const EVENTS_PER_HISTORY = 250;

/** One history in so many is run a second time, and must leave the same trace. */
const REPEATED = 40;

export interface SimulationOptions extends RunOptions {
  readonly seed: number;
  /** Events that S3 has to have told of before it ends. */
  readonly events: number;
}

/** What one history came to. */
export interface HistoryResult extends Outcome {
  readonly index: number;
  readonly seed: number;
  /** The second run left another trace. */
  readonly isMismatch: boolean;
  readonly isRepeated: boolean;
}

/** What all histories came to, in their order, up to the first that failed. */
export class Simulation {
  readonly counts: FaultCounts = new Map();
  figures: Figures = NO_FIGURES;
  histories = 0;
  repeated = 0;
  mismatches = 0;
  steps = 0;
  failed: HistoryResult | undefined;
  readonly #hash = createHash('sha256');

  add(result: HistoryResult): void {
    this.histories++;
    this.steps += result.steps;
    this.repeated += Number(result.isRepeated);
    this.mismatches += Number(result.isMismatch);
    this.figures = sum(this.figures, result.figures);
    for (const [fault, count] of result.counts) this.counts.set(fault, (this.counts.get(fault) ?? 0) + count);
    this.#hash.update(result.trace);
    if (result.violation !== undefined) this.failed = result;
  }

  /** Of all traces; ends the simulation. */
  traceHash(): string {
    return this.#hash.digest('hex').slice(0, 16);
  }

  isOver(events: number): boolean {
    return this.failed !== undefined || this.mismatches > 0 || this.figures.events >= events;
  }
}

/** The first history has the seed itself, so that the seed of any one is enough to run it alone. */
const seedOf = (seed: number, index: number): number =>
  index === 0 ? seed : hashOf(`history ${index}`, seed);

export const historyOf = (seed: number, { only }: RunOptions): History =>
  generateHistory(seed, EVENTS_PER_HISTORY, (fault) => only?.has(fault) ?? true);

export async function runIndex(
  place: Place,
  index: number,
  options: SimulationOptions,
): Promise<HistoryResult> {
  const seed = seedOf(options.seed, index);
  const history = historyOf(seed, options);
  const outcome = await runHistory(place, history, options);
  const isRepeated = index % REPEATED === 0 && outcome.violation === undefined;
  const again = isRepeated ? (await runHistory(place, history, options)).trace : outcome.trace;
  return { ...outcome, index, seed, isRepeated, isMismatch: again !== outcome.trace };
}

/** History after history, in this thread. */
export async function simulate(place: Place, options: SimulationOptions): Promise<Simulation> {
  const simulation = new Simulation();
  for (let index = 0; !simulation.isOver(options.events); index++) {
    simulation.add(await runIndex(place, index, options));
  }
  return simulation;
}
