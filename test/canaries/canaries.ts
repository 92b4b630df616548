import type { Canary } from './canary.ts';
import { BATCH_CANARIES } from './list/batch-canaries.ts';
import { ROWS_CANARIES } from './list/rows-canaries.ts';
import { EVENTS_CANARIES } from './list/events-canaries.ts';
import { PATTERNS_CANARIES } from './list/patterns-canaries.ts';
import { CONTENTS_CANARIES } from './list/contents-canaries.ts';
import { LEDGER_CANARIES } from './list/ledger-canaries.ts';
import { STORE_CANARIES } from './list/store-canaries.ts';
import { BUS_CANARIES } from './list/bus-canaries.ts';
import { DOORS_CANARIES } from './list/doors-canaries.ts';
import { TEMPLATES_CANARIES } from './list/templates-canaries.ts';
import { OPERATOR_CANARIES } from './list/operator-canaries.ts';

/** All mistakes that `npm run canaries` makes, one at a time. */
export const CANARIES: readonly Canary[] = [
  ...BATCH_CANARIES,
  ...ROWS_CANARIES,
  ...EVENTS_CANARIES,
  ...PATTERNS_CANARIES,
  ...CONTENTS_CANARIES,
  ...LEDGER_CANARIES,
  ...STORE_CANARIES,
  ...BUS_CANARIES,
  ...DOORS_CANARIES,
  ...TEMPLATES_CANARIES,
  ...OPERATOR_CANARIES,
];
