/**
 * List prices of us-east-1 in US dollars, as published in November 2026. The one place where a price stands; other
 * Regions differ by up to a third. Those marked `uncertain` are not confirmed by AWS's documentation for this use.
 *
 * @see https://aws.amazon.com/pricing/
 */
export const PRICES_OF = '2026-11-20, us-east-1';

export const PRICES = {
  /** S3's events are listed as opt-in data events, a billed category, though many pages call them free: uncertain. Replayed events bill alike. */
  eventBridgeMillionEvents: 1.0,
  /** An event that a rule sends to another bus is one of that bus's custom events: uncertain for one of the same account. */
  eventBridgeMillionForwarded: 1.0,
  /** Uncertain. */
  eventBridgeArchivedGb: 0.1,
  /** Uncertain. */
  eventBridgeArchiveGbMonth: 0.023,
  sqsMillionRequests: 0.4,
  lambdaMillionRequests: 0.2,
  /** On Arm, a fifth less than on x86. */
  lambdaGbSecond: 0.0000133334,
  dynamoDbMillionWriteUnits: 0.625,
  dynamoDbMillionReadUnits: 0.125,
  dynamoDbGbMonth: 0.25,
  s3ThousandPuts: 0.005,
  s3ThousandGets: 0.0004,
  s3GbMonth: 0.023,
  logsIngestedGb: 0.5,
  logsGbMonth: 0.03,
  /** A whole month; one that is sent in a few hours is believed to be billed for these: uncertain. */
  metricMonth: 0.3,
  /** Metrics that GetMetricData is asked for. */
  metricsThousandRequested: 0.01,
  alarmMetricMonth: 0.1,
  compositeAlarmMonth: 0.5,
  dashboardMonth: 3,
  xrayMillionTraces: 5,
  /** Transitions of a standard state machine; an express one is billed by its runs and their time. */
  stepFunctionsMillionTransitions: 25,
} as const;
