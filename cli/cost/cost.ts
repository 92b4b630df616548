import { EDGE_COUNTS } from '../../shared/edge-counts.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { eventsOf, workOf, type KeptObjects, type Work, type Workload } from './consumer-work.ts';
import { line, type CostLine } from './cost-line.ts';
import { PRICES } from './price-table.ts';
import type { ConsumerFacts, TemplateFacts } from './template.ts';

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
  const logMonths = template.logDays === 0 ? 1 : template.logDays / a.daysPerMonth;
  const works = template.consumers.map((consumer) => workOf(consumer, workload));
  const workers = template.consumers.filter(({ target }) => target === undefined).length;
  const total = (name: Exclude<keyof Work, 'kept'>): number =>
    works.reduce((sum, work) => sum + work[name], 0);
  const logGb = total('logBytes') / GB;
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
    line('CloudWatch', 'logs, kept', logGb * a.logKeptShare * logMonths, 'GB-month', PRICES.logsGbMonth),
    line(
      'CloudWatch',
      'custom metrics',
      uploads === 0 ? 0 : metricsOf(template),
      'metrics',
      PRICES.metricMonth,
    ),
    line('CloudWatch', 'alarms', template.alarmMetrics, 'metrics', PRICES.alarmMetricMonth),
    line('CloudWatch', 'composite alarms', template.compositeAlarms, 'alarms', PRICES.compositeAlarmMonth),
    line('CloudWatch', 'dashboard', template.dashboards, 'dashboards', PRICES.dashboardMonth),
    line('X-Ray', 'traces', total('traces') / 1e6, 'million', PRICES.xrayMillionTraces),
    ...elsewhereLines(template.consumers, workload),
  ];
}

/** Names in CloudWatch: those that every function counts, of each function by itself, and those of consumers' own. */
function metricsOf({ consumers, ownMetrics }: TemplateFacts): number {
  const workers = consumers.filter(({ target }) => target === undefined);
  return workers.length === 0 ? 0 : workers.reduce((sum, one) => sum + edgeMetricsOf(one), 0) + ownMetrics;
}

const edgeMetricsOf = ({ loggedCounts }: ConsumerFacts): number =>
  EDGE_COUNTS.filter((name) => !loggedCounts.includes(name)).length;

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
