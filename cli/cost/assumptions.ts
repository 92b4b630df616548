/** What the prices are multiplied with, beside the workload and the template. Stated, since they are estimates. */
export const ASSUMPTIONS = {
  secondsPerMonth: 2_628_000,
  daysPerMonth: 30.4,
  /** An event as S3 sends it, in the archive and in a queue. */
  eventBytes: 1_024,
  /** A line of a consumer that keeps lines. */
  ledgerLineBytes: 600,
  /** An object of a consumer that keeps objects, one for each upload that it takes. */
  keptObjectBytes: 100_000,
  /** A row of any table, which is one write unit up to 1 KB. */
  rowBytes: 700,
  /** The share of a consumer's rows that are in its index, which has those alone that somebody should look at. */
  indexedShare: 0.02,
  /** An entry of an index, with what DynamoDB adds to each. */
  indexEntryBytes: 400,
  /** Lambda's pollers hold five long polls of twenty seconds on each queue, though nothing comes. */
  idleReceivesPerQueue: 657_000,
  /** What an invocation takes, and each event in it that is worked on by itself, its call for a row included. */
  invocationMs: 8,
  eventMs: 6,
  /**
   * The same of a consumer that keeps lines, which gathers its events in memory and puts one object a batch. Measured on one machine with
   * the ledger's bundle: 0.05 to 0.07 ms of a core for each of 1,000 events; Lambda gives 512 MB less than a third of one. The PUT is assumed.
   */
  lineMs: 0.25,
  linesPutMs: 50,
  /** How fast a consumer reads an object's content, in bytes a second. */
  countingBytesPerSecond: 50e6,
  /** A line about an event, with a key of forty characters, and one about a whole batch; who reads an object writes a second line about it. */
  logBytesPerLine: 480,
  logBytesPerBatchLine: 230,
  /** What Lambda itself logs of an invocation: its start, its end and its report. */
  logBytesPerInvocation: 330,
  /** The line of what was counted: as metrics of CloudWatch, or in the log alone. */
  logBytesOfMetrics: 270,
  logBytesOfCounts: 80,
  /** CloudWatch keeps lines compressed: so much of what was written is billed by the month. */
  logKeptShare: 0.15,
  /** Metrics that consumers publish of their own, all together, beside those that every function counts. */
  ownMetrics: 4,
  /** Steps of a standard state machine for each event, its start and end included. */
  transitionsPerExecution: 5,
  /** Lambda traces the first invocation of each second, and one in twenty of the others. */
  tracedPerSecond: 1,
  tracedShare: 0.05,
} as const;
