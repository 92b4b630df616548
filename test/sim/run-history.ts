import type { BreakageName } from './breakage.ts';
import type { Fault, FaultCounts } from './faults.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { History } from './history/operation.ts';
import { perform, startReplay } from './perform.ts';
import { afterDraining, afterRedrive } from './checks/end-state.ts';
import { nothingChanged, recomputed, stateOf } from './checks/replayed.ts';
import type { Place } from './place.ts';
import { redriveAll } from './redrive-all.ts';
import type { Violation } from './violation.ts';
import { World } from './world/world.ts';

export interface RunOptions {
  readonly rate: number;
  readonly only?: ReadonlySet<Fault> | undefined;
  readonly breakage?: BreakageName | undefined;
}

/** What became of one history. */
export interface Outcome {
  readonly violation: Violation | undefined;
  /** Faults that could strike in it. */
  readonly on: readonly Fault[];
  readonly counts: FaultCounts;
  readonly figures: Figures;
  readonly steps: number;
  /** Digest of everything that happened. */
  readonly trace: string;
}

const HOUR_MS = 3_600_000;

/** Longest that anything may take once nothing goes wrong any more: what a function has died on is invisible for an hour and a half. */
const DRAINED_WITHIN_MS = 3 * HOUR_MS;
/** The latest that S3 tells of a change. */
const LATEST_MS = 6 * HOUR_MS + 120_000;

/**
 * Lets a history happen. First with faults, when only safety is asked: whatever goes wrong, nothing false is stored and nothing
 * leaves a queue undone. Then without, when all has to come to its end; then the letters are redriven, and in one history of twelve
 * everything is played again.
 */
export async function runHistory(
  place: Place,
  { seed, isVersioned, operations }: History,
  { rate, only, breakage }: RunOptions,
): Promise<Outcome> {
  using world = new World(place, { seed, isVersioned, rate, only, breakage });
  const { clock, checks, chance, injector, trace } = world;
  const goesOn = (): boolean => checks.violation === undefined;
  for (const operation of operations) {
    await world.run(clock.now() + operation.afterMs);
    if (!goesOn()) break;
    perform(world, operation);
  }
  if (goesOn()) await world.run(clock.now() + Math.floor(chance.of('faults until') * DRAINED_WITHIN_MS));
  injector.isOver = true;
  let deadLettered = 0;
  if (goesOn()) await drain(world, LATEST_MS);
  if (goesOn()) {
    afterDraining(world);
    deadLettered = await redriveAll(world);
    await drain(world);
  }
  if (goesOn()) afterRedrive(world);
  const figures = figuresOf(world, deadLettered);
  if (goesOn() && chance.of('replays') < 0.08) await replayTwice(world);
  const { violation } = checks;
  return {
    violation,
    on: injector.on,
    counts: injector.counts,
    figures,
    steps: trace.steps,
    trace: trace.digest(),
  };
}

/** I9 */
async function drain(world: World, latestMs = 0): Promise<void> {
  const untilMs = world.clock.now() + latestMs + DRAINED_WITHIN_MS;
  await world.run(untilMs, () => isDrained(world));
  if (world.checks.violation !== undefined || isDrained(world)) return;
  world.checks.fail(
    'I9',
    `it has not come to its end ${((latestMs + DRAINED_WITHIN_MS) / HOUR_MS).toFixed(1)} hours after the last fault`,
  );
}

function isDrained({ invocationsUnderWay, services, place }: World): boolean {
  return (
    invocationsUnderWay === 0 &&
    services.messagesIn(place.consumers.map(({ queue }) => queue)) === 0 &&
    !services.isBusUnderWay
  );
}

/** I3: it changes nothing; and where a consumer has a new revision, it recomputes the rows of that one alone. */
async function replayTwice(world: World): Promise<void> {
  const { chance, tables, place } = world;
  const before = stateOf(world);
  for (const name of ['first', 'second']) {
    startReplay(world, name, 'all');
    await drain(world);
    if (world.checks.violation !== undefined) return;
  }
  nothingChanged(world, before);
  if (world.checks.violation !== undefined) return;
  const raised = chance.pick('raised', place.tables).name;
  tables.raised.add(raised);
  startReplay(world, 'revised', 'all');
  await drain(world);
  if (world.checks.violation === undefined) recomputed(world, before, raised);
}
