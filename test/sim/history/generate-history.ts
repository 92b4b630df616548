import { Chance } from '../chance.ts';
import type { Fault } from '../faults.ts';
import { BODY_COUNT } from './bodies.ts';
import { KEYS } from './keys.ts';
import type { History, Operation, OperationKind, Poison, Service } from './operation.ts';

const POISONS: readonly Poison[] = [
  'not-json',
  'no-detail',
  'unknown-detail-type',
  'bad-sequencer',
  'other-major-version',
  'other-source',
];
const SERVICES: readonly Service[] = ['table', 's3', 'queues', 'rules'];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What happens to one key in a row, in every order. */
const QUARTET = ['put', 'put', 'delete-version', 'remove-marker'] as const;

/**
 * The history of a seed: about `events` changes of a few dozen keys, and between them what the pipeline has to bear.
 *
 * @param isOn whether a fault that is an operation may be in it
 */
export function generateHistory(seed: number, events: number, isOn: (fault: Fault) => boolean): History {
  const chance = new Chance(seed);
  const isVersioned = chance.next('versioned') < 0.7;
  const keys = Array.from({ length: 4 + chance.below('keys', 20) }, () => chance.pick('key', KEYS));
  const operations: Operation[] = [];
  const add = (operation: OperationKind): void => {
    operations.push({ ...operation, n: operations.length, afterMs: pause(chance) });
  };
  // a few keys are changed most
  const key = (): string => keys[Math.floor(keys.length * chance.next('hot') ** 2)]!;
  let changes = 0;
  while (changes < events) {
    const trouble = troubleOf(chance);
    if (trouble !== undefined && isOn(trouble.fault)) add(trouble.operation);
    const sort = chance.next('sort');
    if (sort < 0.02) {
      const one = key();
      for (const step of shuffled(chance)) add(changeOf(step, one, chance));
      changes += QUARTET.length;
    } else {
      add(changeOf(changeKind(sort), key(), chance));
      changes++;
    }
  }
  return { seed, isVersioned, operations };
}

type Change =
  | 'put'
  | 'delete'
  | 'delete-version'
  | 'remove-marker'
  | 'expire-version'
  | 'expire-object'
  | 'tag';

function changeKind(sort: number): Change {
  if (sort < 0.66) return 'put';
  if (sort < 0.82) return 'delete';
  if (sort < 0.88) return 'delete-version';
  if (sort < 0.92) return 'expire-version';
  if (sort < 0.95) return 'remove-marker';
  return sort < 0.97 ? 'expire-object' : 'tag';
}

function changeOf(change: Change, key: string, chance: Chance): OperationKind {
  if (change === 'put') return { do: change, key, body: chance.below('body', BODY_COUNT) };
  if (change === 'delete-version') return { do: change, key, nth: chance.below('nth', 8) };
  return { do: change, key };
}

function shuffled(chance: Chance): readonly Change[] {
  return QUARTET.map((step) => ({ step, at: chance.next('order') }))
    .toSorted((left, right) => left.at - right.at)
    .map(({ step }) => step);
}

function pause(chance: Chance): number {
  const sort = chance.next('pause');
  if (sort < 0.5) return chance.below('burst', 40);
  if (sort < 0.97) return chance.below('soon', 3_000);
  return chance.below('later', 5 * MINUTE_MS);
}

function troubleOf(chance: Chance): { readonly fault: Fault; readonly operation: OperationKind } | undefined {
  const sort = chance.next('trouble');
  if (sort < 0.006) {
    const poison = chance.pick('poison', POISONS);
    return { fault: 'poison', operation: { do: 'poison', poison, consumer: chance.below('to', 3) } };
  }
  if (sort < 0.008) {
    const to = chance.below('replay', 4);
    return { fault: 'replay', operation: { do: 'replay', consumer: to === 3 ? 'all' : to } };
  }
  if (sort < 0.013) {
    return { fault: 'kill', operation: { do: 'kill', downMs: chance.below('down', MINUTE_MS) } };
  }
  if (sort < 0.016) {
    // one in five outlasts every retry
    const hours = chance.next('long') < 0.2 ? 1 + 7 * chance.next('hours') : chance.next('hours') / 4;
    const forMs = Math.floor(hours * HOUR_MS);
    return { fault: 'outage', operation: { do: 'outage', of: chance.pick('of', SERVICES), forMs } };
  }
  if (sort < 0.018) {
    return { fault: 'clock-leap', operation: { do: 'leap', byMs: chance.below('leap', 12 * HOUR_MS) } };
  }
  return undefined;
}
