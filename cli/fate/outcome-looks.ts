import type { Outcome } from './fate.ts';

/** How an outcome looks on a terminal, by its sign and colour; `not-counted` is recorded, without a count. */
export const OUTCOME_LOOKS: Readonly<
  Record<Outcome | 'not-counted', readonly [sign: string, style: 'green' | 'yellow' | 'red' | 'dim']>
> = {
  recorded: ['✔', 'green'],
  superseded: ['✔', 'green'],
  skipped: ['–', 'dim'],
  waiting: ['…', 'yellow'],
  unknown: ['?', 'yellow'],
  'not-matched': ['–', 'dim'],
  'dead-lettered': ['✖', 'red'],
  'removed-by-version': ['✖', 'red'],
  queued: ['✔', 'green'],
  'handed-over': ['✔', 'green'],
  'would-send': ['✔', 'green'],
  missing: ['✖', 'red'],
  'not-counted': ['!', 'yellow'],
};
