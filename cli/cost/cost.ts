import { PRICES } from './price-table.ts';
import type { ConsumerFacts, TemplateFacts } from './template.ts';

/** A month's work. */
export interface Workload {
  readonly uploads: number;
  /** Of the uploads, those that the row counter reads: 0 to 1. */
  readonly csvShare: number;
  /** Of one CSV, in bytes. */
  readonly csvBytes: number;
  /** Of the events, those that are replayed once, to every consumer: 0 to 1. */
  readonly replayShare: number;
}

export interface CostLine {
  readonly service: string;
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unitUsd: number;
  readonly usd: number;
}

/** What the prices are multiplied with, beside the workload and the template. Stated, since they are estimates. */
export const ASSUMPTIONS = {
  secondsPerMonth: 2_628_000,
  daysPerMonth: 30.4,
  /** An event as S3 sends it, in the archive and in a queue. */
  eventBytes: 1_024,
  /** A line of the ledger. */
  ledgerLineBytes: 600,
  /** A row of either table, which is one write unit up to 1 KB. */
  rowBytes: 700,
  /** Lambda's pollers hold five long polls of twenty seconds on each queue, though nothing comes. */
  idleReceivesPerQueue: 657_000,
  /** Of an invocation, and of each event in it. */
  invocationMs: 8,
  eventMs: 6,
  /** How fast the counter reads, in bytes a second. */
  countingBytesPerSecond: 50e6,
  /** Of the log, for each event and each invocation. */
  logBytesPerEvent: 700,
  logBytesPerInvocation: 900,
  /** Names that the functions publish. */
  customMetrics: 22,
  /** X-Ray takes one in twenty, and the first of each second. */
  tracedShare: 0.05,
} as const;

const GB = 1e9;

/**
 * What a month costs at list prices, without free tiers, taxes, transfer, and S3's own storage and requests for the
 * uploads. Uploads are spread evenly, which makes for the smallest batches, so for the highest price.
 */
export function monthlyCost(workload: Workload, template: TemplateFacts): readonly CostLine[] {
  const { uploads, csvShare, csvBytes, replayShare } = workload;
  const a = ASSUMPTIONS;
  const replayed = uploads * replayShare;
  const archivedGb = (uploads * a.eventBytes) / GB;
  const archiveMonths = template.archiveDays === 0 ? 1 : template.archiveDays / a.daysPerMonth;
  const works = template.consumers.map((consumer) => workOf(consumer, workload));
  const total = (name: 'events' | 'invocations' | 'gbSeconds' | 'sqsRequests'): number =>
    works.reduce((sum, work) => sum + work[name], 0);
  const counter = works.find(({ id }) => id === 'CsvRowCounter');
  const ledger = works.find(({ id }) => id === 'LedgerExporter');
  const csvs = uploads * csvShare;
  // a replay finds its rows written: the condition fails, and is billed like a write
  const writes = (works.find(({ id }) => id === 'MetadataWriter')?.events ?? 0) + csvs;
  const reads = counter?.events ?? 0;
  const logGb = (total('events') * a.logBytesPerEvent + total('invocations') * a.logBytesPerInvocation) / GB;
  return [
    line('EventBridge', 'S3 events', uploads / 1e6, 'million', PRICES.eventBridgeMillionEvents),
    line('EventBridge', 'replayed events', replayed / 1e6, 'million', PRICES.eventBridgeMillionEvents),
    line('EventBridge', 'archive, written', archivedGb, 'GB', PRICES.eventBridgeArchivedGb),
    line(
      'EventBridge',
      'archive, kept',
      archivedGb * archiveMonths,
      'GB-month',
      PRICES.eventBridgeArchiveGbMonth,
    ),
    line('SQS', 'requests for messages', total('sqsRequests') / 1e6, 'million', PRICES.sqsMillionRequests),
    line(
      'SQS',
      'polls of empty queues',
      (works.length * a.idleReceivesPerQueue) / 1e6,
      'million',
      PRICES.sqsMillionRequests,
    ),
    line('Lambda', 'invocations', total('invocations') / 1e6, 'million', PRICES.lambdaMillionRequests),
    line('Lambda', 'compute', total('gbSeconds'), 'GB-s', PRICES.lambdaGbSecond),
    line('DynamoDB', 'writes', writes / 1e6, 'million', PRICES.dynamoDbMillionWriteUnits),
    line('DynamoDB', 'reads', reads / 1e6, 'million', PRICES.dynamoDbMillionReadUnits),
    line('DynamoDB', 'rows kept', ((uploads + csvs) * a.rowBytes) / GB, 'GB-month', PRICES.dynamoDbGbMonth),
    line('S3', 'ledger, written', (ledger?.invocations ?? 0) / 1e3, 'thousand', PRICES.s3ThousandPuts),
    line(
      'S3',
      'ledger, kept',
      ((ledger?.events ?? 0) * a.ledgerLineBytes) / GB,
      'GB-month',
      PRICES.s3GbMonth,
    ),
    line('S3', 'CSVs read', csvs / 1e3, 'thousand', PRICES.s3ThousandGets),
    line('CloudWatch', 'logs, written', logGb, 'GB', PRICES.logsIngestedGb),
    line('CloudWatch', 'custom metrics', uploads === 0 ? 0 : a.customMetrics, 'metrics', PRICES.metricMonth),
    line('CloudWatch', 'alarms', template.alarms, 'alarms', PRICES.alarmMonth),
    line('CloudWatch', 'dashboard', template.dashboards, 'dashboards', PRICES.dashboardMonth),
    line(
      'X-Ray',
      'traces',
      (total('invocations') * a.tracedShare) / 1e6,
      'million',
      PRICES.xrayMillionTraces,
    ),
  ];

  function workOf({ id, batchSize, windowSeconds, memoryMb }: ConsumerFacts, work: Workload) {
    const isCounter = id === 'CsvRowCounter';
    const fresh = work.uploads * (isCounter ? work.csvShare : 1);
    const events = fresh * (1 + work.replayShare);
    // spread evenly, a batch holds what comes while its window is open
    const batch = Math.min(batchSize, Math.max(1, (events / a.secondsPerMonth) * windowSeconds));
    const invocations = events / batch;
    // a replayed CSV is not read again: its row shows it already
    const countingMs = isCounter ? (fresh * csvBytes * 1_000) / a.countingBytesPerSecond : 0;
    const ms = invocations * a.invocationMs + events * a.eventMs + countingMs;
    return {
      id,
      events,
      invocations,
      gbSeconds: (ms / 1_000) * (memoryMb / 1_024),
      // EventBridge's send; Lambda's receive of the batch, and a delete for each ten of it
      sqsRequests: events + invocations + events / Math.min(10, batch),
    };
  }
}

const line = (service: string, what: string, quantity: number, unit: string, unitUsd: number): CostLine => ({
  service,
  what,
  quantity,
  unit,
  unitUsd,
  usd: quantity * unitUsd,
});
