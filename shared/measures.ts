/** How many messages a queue holds, by what they wait for; what is past its retention is not counted. */
export interface QueueStats {
  /** Ready to be received. */
  readonly visible: number;
  /** Received, and hidden until the visibility timeout is over. */
  readonly inFlight: number;
  /** Sent with a delay that is not over. */
  readonly delayed: number;
  /** When the oldest was first sent, in milliseconds since 1970; absent in an empty queue. */
  readonly oldestSentAtMs?: number;
}

/** How much has gone which way, how fast it goes, and what waits: cheap enough to be asked four times a second. */
export interface FlowCounts {
  /** ISO 8601, on the runtime's clock. */
  readonly now: string;
  /** When all that follows began to be counted: the first start of the data folder, as a rule. */
  readonly since: string;
  /** Events that came onto the bus, without replayed ones. */
  readonly published: CountAndRate;
  /** Events on the bus that some target has not got yet. */
  readonly waitingOnBus: number;
  /** Events by the archive's name. */
  readonly archives: Readonly<Record<string, number>>;
  /** By the rule's name, replayed events included. */
  readonly rules: Readonly<
    Record<string, { readonly matched: CountAndRate; readonly delivered: CountAndRate }>
  >;
  /** By the queue's name. */
  readonly queues: Readonly<Record<string, QueueFlow>>;
}

export interface CountAndRate {
  readonly total: number;
  /** In the last five whole seconds. */
  readonly perSecond: number;
}

interface QueueFlow extends QueueStats {
  /** Messages that somebody has done with. */
  readonly deleted: CountAndRate;
  /** Messages that its function tried in vain, each time counted. */
  readonly failed: CountAndRate;
}

export interface MeasuresQuestion {
  /** ISO 8601; the second one is excluded. */
  readonly since: string;
  readonly until: string;
  /** Seconds, at least: 10 or more. What is older is kept in longer periods only, 60 and 900, and told in these. */
  readonly period: string;
}

/** What was measured, in periods of one length: each series has a number for each of them. */
export interface MeasuredPeriods {
  readonly since: string;
  readonly until: string;
  readonly periodSeconds: number;
  /** When each period begins: ISO 8601, on the runtime's clock. */
  readonly times: readonly string[];
  /** Whether the runtime ran in it. */
  readonly isMeasured: readonly boolean[];
  /** By the queue's name; one about which there was nothing to measure is left out. */
  readonly queues: Readonly<Record<string, QueueSeries>>;
  /** By the function's name, as above. */
  readonly functions: Readonly<Record<string, FunctionSeries>>;
}

/** Null: nothing was measured in the period. */
type Series = readonly (number | null)[];

/** Within 1 % of the true ones. */
export interface Percentiles {
  readonly p50: Series;
  readonly p95: Series;
  readonly p99: Series;
}

export interface QueueSeries {
  readonly done: Series;
  readonly failed: Series;
  /** From S3 until its live events were done with, in milliseconds. */
  readonly ageMs: Percentiles;
  /** The highest that was seen, as the next. */
  readonly waiting: Series;
  readonly oldestAgeSeconds: Series;
}

export interface FunctionSeries {
  /** Invocations that failed as a whole. */
  readonly errors: Series;
  readonly durationMs: Percentiles;
  /** The highest that was seen. */
  readonly memoryMb: Series;
  /** What it counts by itself, by name, added up. */
  readonly counted: Readonly<Record<string, Series>>;
}
