/**
 * What programs read in the functions' logs: the CLI, and `npm start`. A function writes these fields beside a text for
 * people, which no program reads.
 *
 *     {"level":"WARN","message":"failed, to be tried again","outcome":"failed","bucket":"sluice-ingest","key":"csv/orders.csv",
 *      "event_name":"ObjectCreated:Put","message_id":"059f36b4-…","receive_count":2,"error":{"name":"SlowDown","message":"…"}}
 */
export type LogFields = EventFields & OutcomeFields & BatchFields & CountFields;

/** A line of a log, of which nothing is known before it is looked at. */
export type LoggedLine = { readonly [Field in keyof LogFields]?: unknown } & {
  /** The text for people. */
  readonly message?: unknown;
};

/** Which event, and which message of the queue, a line is about. */
export interface EventFields {
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly event_name?: string | undefined;
  readonly sequencer?: string | undefined;
  readonly replay_name?: string | undefined;
  readonly message_id?: string | undefined;
  /** The request to S3 that the event tells of, as S3 answered it in `x-amz-request-id`. */
  readonly request_id?: string | undefined;
  /** Absent for an event of S3. */
  readonly origin?: 'backfill' | undefined;
}

/** What became of an event at one try; `failed` ones are tried again. */
export const LOGGED_OUTCOMES = ['recorded', 'superseded', 'skipped', 'failed', 'dead-lettered'] as const;

export type LoggedOutcome = (typeof LOGGED_OUTCOMES)[number];

export interface OutcomeFields {
  readonly outcome: LoggedOutcome;
  /** How often the message had been handed out, this time included. */
  readonly receive_count?: number;
  /** How long the consumer worked on the event, this time; not of a batch that is worked on as a whole. */
  readonly duration_ms?: number;
  /** Why it was given up or skipped: `malformed-event`. */
  readonly reason?: unknown;
  /** As Powertools writes it: `{ "name": "SlowDown", "message": "…", "stack": "…" }`. */
  readonly error?: unknown;
}

/** The line of a consumer that takes whole batches: how many events came to what. Only such a line has `events`. */
export interface BatchFields {
  readonly events: number;
  readonly recorded: number;
  readonly superseded: number;
  readonly skipped: number;
  readonly failed: number;
}

/** What the row counter says of an object: its rows, or why it has no count. */
export interface CountFields {
  readonly rows?: unknown;
  /** `malformed-csv`; absent when it was counted. */
  readonly status?: unknown;
  /** What is odd about a file that was counted: `["ragged-rows"]` */
  readonly warnings?: unknown;
}

/** Version 0.1 wrote no `outcome`: the text was all there was. Such logs are read until version 0.3. */
const OUTCOME_BY_TEXT_OF_0_1: Readonly<Record<string, LoggedOutcome>> = {
  recorded: 'recorded',
  superseded: 'superseded',
  skipped: 'skipped',
  'failed, to be tried again': 'failed',
  'dead-lettered': 'dead-lettered',
};

/** What became of the event that the line is about; undefined for a line about anything else. */
export function outcomeIn({ outcome, message }: LoggedLine): LoggedOutcome | undefined {
  if (outcome !== undefined) return LOGGED_OUTCOMES.find((one) => one === outcome);
  return typeof message === 'string' ? OUTCOME_BY_TEXT_OF_0_1[message] : undefined;
}

/**
 * Whether a line holds what a function counted, for CloudWatch or for the log alone (functions/batch/logged-counts.ts): sums, and nothing
 * that a person reads there.
 */
export const isCountsLine = (line: string): boolean =>
  line.includes('"_aws"') || line.startsWith('{"counted":{');

/** Lambda's own line of a function that took too long goes on with `3.00 seconds`. */
export const TIMED_OUT = 'Task timed out after';

/** Lambda's own line of a function that died, after which the reason may follow. */
export const RUNTIME_EXITED = 'Runtime exited';
