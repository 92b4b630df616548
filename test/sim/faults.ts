/** Every fault, and how often it strikes where it can, at a rate of 1. Those of 0 are operations of the history, or happen by themselves. */
export const FAULTS = {
  // between S3, the bus, the rules and the queues
  'duplicate-event': 0.04,
  'reordered-event': 0.3,
  'late-by-hours': 0.02,
  'rule-fires-twice': 0.03,
  'target-throttled': 0.02,
  'target-denied': 0.002,
  'received-again': 0.03,
  // of an event itself
  'extra-fields': 0.05,
  'no-sequencer': 0.004,
  // of a function
  'crash-before-call': 0.03,
  'crash-after-call': 0.03,
  'function-timeout': 0.004,
  'deadly-record': 0.003,
  'clock-skew': 0.05,
  // of the table
  'table-throttled': 0.04,
  'table-500': 0.03,
  'table-applied-then-reset': 0.03,
  'table-hangs': 0.005,
  // of S3
  's3-slow-down': 0.05,
  'body-reset': 0.03,
  'body-truncated': 0.03,
  'ledger-503': 0.15,
  'ledger-applied-then-reset': 0.15,
  'ledger-conflict': 0.15,
  // of the queues, asked by a function
  'letter-refused': 0.25,
  'backoff-refused': 0.2,
  // operations of the history
  outage: 0,
  kill: 0,
  replay: 0,
  'clock-leap': 0,
  poison: 0,
  'version-deleted': 0,
  'version-expired': 0,
  'marker-removed': 0,
  'odd-key': 0,
  // what follows from delays
  'overwritten-before-read': 0,
  'deleted-before-read': 0,
} as const;

export type Fault = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly Fault[];

export const isFault = (name: string): name is Fault => Object.hasOwn(FAULTS, name);

/** How often each fault has struck. */
export type FaultCounts = Map<Fault, number>;
