import type { Keeps } from '../../shared/keeps.ts';
import type { costDocument } from './cost-document.ts';
import { line, type CostLine } from './cost-line.ts';
import { PRICES } from './price-table.ts';
import type { ConsumerFacts, TemplateFacts } from './template.ts';
import type { DocumentOf } from '../terminal/document.ts';

type CostDocument = DocumentOf<typeof costDocument>;

/** A month's work. */
export type Workload = CostDocument['workload'];

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
  /** What an invocation takes, and each event in it. */
  invocationMs: 8,
  eventMs: 6,
  /** How fast a consumer reads an object's content, in bytes a second. */
  countingBytesPerSecond: 50e6,
  /** What each event and each invocation writes to the log. */
  logBytesPerEvent: 700,
  logBytesPerInvocation: 900,
  /** Metrics of each consumer by its name, and those that consumers publish of their own, all together. */
  metricsPerConsumer: 6,
  ownMetrics: 4,
  /** Steps of a standard state machine for each event, its start and end included. */
  transitionsPerExecution: 5,
  /** X-Ray takes one in twenty, and the first of each second. */
  tracedShare: 0.05,
} as const;

const GB = 1e9;

/**
 * What a month costs at list prices, without free tiers, taxes, transfer, and S3's own storage and requests for the
 * uploads. Uploads are spread evenly, which makes for the smallest batches, so for the highest price.
 */
export function monthlyCost(workload: Workload, template: TemplateFacts): readonly CostLine[] {
  const { uploads, replayShare } = workload;
  const a = ASSUMPTIONS;
  const replayed = uploads * replayShare;
  const archivedGb = (uploads * a.eventBytes) / GB;
  const archiveMonths = template.archiveDays === 0 ? 1 : template.archiveDays / a.daysPerMonth;
  const works = template.consumers.map((consumer) => workOf(consumer, workload));
  const workers = template.consumers.filter(({ target }) => target === undefined).length;
  const metrics = workers === 0 ? 0 : workers * a.metricsPerConsumer + a.ownMetrics;
  const total = (name: Exclude<keyof Work, 'kept'>): number =>
    works.reduce((sum, work) => sum + work[name], 0);
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
      (workers * a.idleReceivesPerQueue) / 1e6,
      'million',
      PRICES.sqsMillionRequests,
    ),
    line('Lambda', 'invocations', total('invocations') / 1e6, 'million', PRICES.lambdaMillionRequests),
    line('Lambda', 'compute', total('gbSeconds'), 'GB-s', PRICES.lambdaGbSecond),
    line('DynamoDB', 'writes', total('rowWrites') / 1e6, 'million', PRICES.dynamoDbMillionWriteUnits),
    line('DynamoDB', 'reads', total('rowReads') / 1e6, 'million', PRICES.dynamoDbMillionReadUnits),
    line('DynamoDB', 'rows kept', (total('rows') * a.rowBytes) / GB, 'GB-month', PRICES.dynamoDbGbMonth),
    ...indexLines(template.consumers, works),
    ...works.flatMap(({ kept }) => kept.flatMap(keptLines)),
    line('S3', 'objects read', total('objectsRead') / 1e3, 'thousand', PRICES.s3ThousandGets),
    line('CloudWatch', 'logs, written', logGb, 'GB', PRICES.logsIngestedGb),
    line('CloudWatch', 'custom metrics', uploads === 0 ? 0 : metrics, 'metrics', PRICES.metricMonth),
    line('CloudWatch', 'alarms', template.alarmMetrics, 'metrics', PRICES.alarmMetricMonth),
    line('CloudWatch', 'composite alarms', template.compositeAlarms, 'alarms', PRICES.compositeAlarmMonth),
    line('CloudWatch', 'dashboard', template.dashboards, 'dashboards', PRICES.dashboardMonth),
    line(
      'X-Ray',
      'traces',
      (total('invocations') * a.tracedShare) / 1e6,
      'million',
      PRICES.xrayMillionTraces,
    ),
    ...elsewhereLines(template.consumers, workload),
  ];
}

/** A month's work of one consumer. */
interface Work {
  /** Those that its function works on. */
  readonly events: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly sqsRequests: number;
  readonly rows: number;
  readonly rowWrites: number;
  readonly rowReads: number;
  readonly objectsRead: number;
  /** What it puts into the output bucket; none for a consumer of rows, or of nothing. */
  readonly kept: readonly KeptObjects[];
}

interface KeptObjects {
  readonly prefix: string;
  readonly puts: number;
  readonly bytes: number;
}

const NO_WORK: Work = {
  events: 0,
  invocations: 0,
  gbSeconds: 0,
  sqsRequests: 0,
  rows: 0,
  rowWrites: 0,
  rowReads: 0,
  objectsRead: 0,
  kept: [],
};

/** Live and replayed. */
const eventsOf = (consumer: ConsumerFacts, work: Workload): number =>
  work.uploads * shareOf(consumer, work) * (1 + work.replayShare);

/** What sending elsewhere than to a queue costs; no line of a pipeline that does not. */
function elsewhereLines(consumers: readonly ConsumerFacts[], work: Workload): readonly CostLine[] {
  const millionsTo = (kind: ConsumerFacts['target']): number =>
    consumers.reduce((sum, one) => sum + (one.target === kind ? eventsOf(one, work) : 0), 0) / 1e6;
  const transitions = millionsTo('state-machine') * ASSUMPTIONS.transitionsPerExecution;
  const { eventBridgeMillionForwarded, stepFunctionsMillionTransitions } = PRICES;
  return [
    line('EventBridge', 'sent to other buses', millionsTo('bus'), 'million', eventBridgeMillionForwarded),
    line('Step Functions', 'state transitions', transitions, 'million', stepFunctionsMillionTransitions),
  ].filter(({ quantity }) => quantity > 0);
}

function workOf(consumer: ConsumerFacts, work: Workload): Work {
  const { keeps, readsObjects, readsRows, batchSize, windowSeconds, memoryMb } = consumer;
  const a = ASSUMPTIONS;
  const fresh = work.uploads * shareOf(consumer, work);
  const events = eventsOf(consumer, work);
  // EventBridge's send; whoever drains the queue receives and deletes, one by one at the worst
  if (consumer.target !== undefined) {
    return { ...NO_WORK, sqsRequests: consumer.target === 'queue' ? 3 * events : 0 };
  }
  // spread evenly, a batch holds what comes while its window is open
  const batch = Math.min(batchSize, Math.max(1, (events / a.secondsPerMonth) * windowSeconds));
  const invocations = events / batch;
  // who looks at its row first neither reads nor writes again what a replay brings; else the condition fails, and is billed like a write
  const done = readsRows ? fresh : events;
  const readingMs = readsObjects ? (done * work.csvBytes * 1_000) / a.countingBytesPerSecond : 0;
  const ms = invocations * a.invocationMs + events * a.eventMs + readingMs;
  const keepsRows = keeps !== 'nothing' && 'rows' in keeps;
  return {
    events,
    invocations,
    gbSeconds: (ms / 1_000) * (memoryMb / 1_024),
    // EventBridge's send; Lambda's receive of the batch, and a delete for each ten of it
    sqsRequests: events + invocations + events / Math.min(10, batch),
    rows: keepsRows ? fresh : 0,
    rowWrites: keepsRows ? done : 0,
    // the first receive of a live event has nothing to look for
    rowReads: readsRows ? events - fresh : 0,
    objectsRead: readsObjects ? done : 0,
    kept: keptOf(keeps, { fresh, events, invocations }),
  };
}

/** Lines go in one object a batch, objects in one an event; a replay writes an object over. */
function keptOf(
  keeps: Keeps,
  { fresh, events, invocations }: { fresh: number; events: number; invocations: number },
): readonly KeptObjects[] {
  if (keeps === 'nothing' || 'rows' in keeps) return [];
  return 'lines' in keeps
    ? [{ prefix: keeps.lines, puts: invocations, bytes: events * ASSUMPTIONS.ledgerLineBytes }]
    : [{ prefix: keeps.objects, puts: events, bytes: fresh * ASSUMPTIONS.keptObjectBytes }];
}

/** What the indexes of consumers cost, those that have one; a pipeline without one has no such lines. */
function indexLines(consumers: readonly ConsumerFacts[], works: readonly Work[]): readonly CostLine[] {
  const a = ASSUMPTIONS;
  const indexed = works.filter((_, at) => {
    const keeps = consumers[at]?.keeps;
    return keeps !== undefined && keeps !== 'nothing' && 'rows' in keeps && keeps.rows.index !== undefined;
  });
  if (indexed.length === 0) return [];
  const total = (name: 'rowWrites' | 'rows') =>
    indexed.reduce((sum, work) => sum + work[name] * a.indexedShare, 0);
  const keptGb = (total('rows') * a.indexEntryBytes) / GB;
  return [
    line('DynamoDB', 'index, writes', total('rowWrites') / 1e6, 'million', PRICES.dynamoDbMillionWriteUnits),
    line('DynamoDB', 'index, kept', keptGb, 'GB-month', PRICES.dynamoDbGbMonth),
  ];
}

function keptLines({ prefix, puts, bytes }: KeptObjects): readonly CostLine[] {
  const what = prefix.replace(/\/$/, '');
  return [
    line('S3', `${what}, written`, puts / 1e3, 'thousand', PRICES.s3ThousandPuts),
    line('S3', `${what}, kept`, bytes / GB, 'GB-month', PRICES.s3GbMonth),
  ];
}

/** What share of the uploads a consumer takes: 0 to 1. */
export const shareOf = ({ id, keeps }: ConsumerFacts, { csvShare, shares }: Workload): number =>
  shares[id] ?? (takesSomeNames(keeps) ? csvShare : 1);

const takesSomeNames = (keeps: Keeps): boolean => keeps !== 'nothing' && keeps.of !== undefined;

/** Consumers, by their ids, that take but some names, and of which nobody says what share that is. */
export const assumedShares = ({ shares }: Workload, { consumers }: TemplateFacts): readonly string[] =>
  consumers.filter(({ id, keeps }) => takesSomeNames(keeps) && shares[id] === undefined).map(({ id }) => id);
