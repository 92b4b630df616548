import { dueTo } from './history/expectation.ts';
import type { World } from './world/world.ts';

/** What a history came to; sums over many histories. Events are counted once for each consumer that they concern. */
export interface Figures {
  readonly events: number;
  readonly deliveries: number;
  readonly invocations: number;
  readonly recorded: number;
  readonly superseded: number;
  readonly skipped: number;
  readonly lines: number;
  readonly deadLettered: number;
  readonly lost: number;
  readonly duplicateEffects: number;
  readonly foreignEffects: number;
}

export const NO_FIGURES: Figures = {
  events: 0,
  deliveries: 0,
  invocations: 0,
  recorded: 0,
  superseded: 0,
  skipped: 0,
  lines: 0,
  deadLettered: 0,
  lost: 0,
  duplicateEffects: 0,
  foreignEffects: 0,
};

/** @param deadLettered letters that there were before they were redriven */
export function figuresOf(world: World, deadLettered: number): Figures {
  const { checks, place, functions, ledger, tables } = world;
  const figures = { ...NO_FIGURES, events: checks.accepted.size, deadLettered };
  for (const { delivered, invoked } of functions.values()) {
    figures.deliveries += delivered;
    figures.invocations += invoked;
  }
  const written = new Set([...checks.effects].map((effect) => effect.split('\0').slice(0, 3).join('\0')));
  const known = new Set<string>();
  for (const { key, requestId } of checks.accepted.values()) known.add(requestId).add(`\n${key}`);
  for (const { name, table } of place.consumers) {
    for (const event of checks.accepted.values()) {
      const due = dueTo(name, event);
      if (due === 'skip') figures.skipped++;
      if (due !== 'row' && due !== 'line') continue;
      if (!checks.isDealtWith(name, event)) figures.lost++;
      else if (due === 'line') figures.lines++;
      else if (written.has([table, event.key, orderableText(event.sequencer!)].join('\0'))) {
        figures.recorded++;
      } else figures.superseded++;
    }
    if (table === undefined) continue;
    for (const { row } of tables.rows(table).values()) {
      if (!known.has(`\n${String(row['object_key'] ?? row['file_key'])}`)) figures.foreignEffects++;
    }
  }
  for (const requestId of ledger.identities.keys()) if (!known.has(requestId)) figures.foreignEffects++;
  return { ...figures, duplicateEffects: checks.duplicateEffects };
}

const orderableText = (sequencer: string): string => sequencer.toLowerCase().padStart(32, '0');

export function sum(left: Figures, right: Figures): Figures {
  const total: Record<string, number> = {};
  for (const [name, value] of Object.entries(left)) total[name] = value + right[name as keyof Figures];
  return total as unknown as Figures;
}
