/**
 * Environment variables that infra sets on the functions of several consumers. What a single consumer reads beside them is named
 * in its entry and in its handler alone.
 */
export const ENVIRONMENT_VARIABLES = [
  /** Name of the consumer, as in infra/consumers.ts. */
  'CONSUMER_NAME',
  /** What the consumer keeps, as JSON (see keeps.ts): which names it skips. */
  'KEEPS',
  /** The consumer's own queue: where a failed record's visibility is changed. */
  'QUEUE_URL',
  /** The queue's dead-letter queue: where the function sends its letters. */
  'DEAD_LETTER_QUEUE_URL',
  /** Integer: receives after which SQS gives a message up; on the last one the function writes the letter itself. */
  'MAX_RECEIVE_COUNT',
  /** Table the consumer's rows are put in. */
  'TABLE_NAME',
  /** Integer days a tombstone is kept after its event; 0 keeps it for ever. */
  'TOMBSTONE_TTL_DAYS',
  /** Bucket that objects are kept in; never the ingest bucket. */
  'OUTPUT_BUCKET',
  /** ARN of the state machine that takes over what is too large for the function; not set where nothing is handed over. */
  'HAND_OVER_STATE_MACHINE_ARN',
  /** `true` where rows and lines say who asked, and from which address; else not set. */
  'STORE_REQUESTER',
  /** Names, with commas between, of what the function counts in its log alone; not set where each is a metric of CloudWatch. */
  'LOGGED_COUNTS',
  /** The share of live events whose success is logged, 0 to 1; not set where each is. */
  'LOGGED_SUCCESSES',
  /** Read by Powertools itself. */
  'POWERTOOLS_SERVICE_NAME',
  'POWERTOOLS_METRICS_NAMESPACE',
] as const;

export type EnvironmentVariable = (typeof ENVIRONMENT_VARIABLES)[number];

/**
 * The variable's text. Called while the module loads, so that a function deployed without it fails before it takes
 * a message. An empty value counts as missing.
 *
 * @throws Error naming the variable.
 */
export function requireEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`environment variable ${name} is missing or empty: set it on the function in infra`);
  }
  return value;
}

/** The variable as a whole number of zero or more. @throws Error naming the variable and what it holds. */
export function requireInteger(name: string): number {
  const text = requireEnvironment(name);
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new Error(
      `environment variable ${name} is ${JSON.stringify(text)}: it must be a whole number, such as 14`,
    );
  }
  return value;
}
