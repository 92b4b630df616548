/** What every function counts: events by what became of them, messages that failed or were given up, and how old an event was. */
export const EDGE_COUNTS = [
  'Recorded',
  'Superseded',
  'Skipped',
  'DeadLettered',
  'Failed',
  'EventAge',
] as const;

/** The one that is a metric always: `status` and `flow` ask CloudWatch for it. */
export const ALWAYS_A_METRIC = 'Failed' satisfies (typeof EDGE_COUNTS)[number];
