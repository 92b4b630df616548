import { paginateGetMetricData, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { asked } from '../pipeline/asked.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { periodFields, type Histogram, type HistogramQuestion } from './histogram.ts';
import { periodsOf } from './periods.ts';

const DAY_MS = 86_400_000;

/**
 * How finely CloudWatch keeps its numbers, by their age.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
const KEPT = [
  { days: 15, seconds: 60 },
  { days: 63, seconds: 300 },
  { days: 455, seconds: 3_600 },
] as const;

/** CloudWatch tells no detail-types apart. */
const ANY = 'any';

/** The managed rule that EventBridge makes for an archive, which leaves replayed events out. */
const archiveRule = (archiveName: string): string => `Events-Archive-${archiveName}`;

/**
 * The events by what CloudWatch counted at rules, since AWS lets nobody read an archive and has no metric of one: those of the archive's own
 * managed rule; where CloudWatch has nothing of that rule, in each period the most that any consumer's rule delivered.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export async function histogramByMetrics(
  pipeline: Pipeline,
  { since: from, until, most }: HistogramQuestion,
): Promise<Histogram> {
  const since = from ?? new Date(until.getTime() - DAY_MS);
  const ageDays = ((await pipeline.now()).getTime() - since.getTime()) / DAY_MS;
  const kept = KEPT.find(({ days }) => ageDays <= days);
  const periods = periodsOf({ since, until, most, leastSeconds: kept?.seconds ?? 3_600 });
  const head = {
    ...periodFields(periods, until),
    countedBy: 'metrics',
    oldest: null,
    newest: null,
  } as const;
  const tooOld = kept === undefined ? [`CloudWatch keeps numbers for 455 days: nothing older is shown`] : [];
  const counted = await asked(
    invocationsOf(pipeline, head.since, head.until, periods.seconds),
    pipeline.deployment,
  );
  if ('problem' in counted) {
    const note = [`CloudWatch could not be asked: ${counted.problem.message}`, ...tooOld].join('. ');
    return { ...head, isCounted: false, types: [], note };
  }
  const [ofArchive, ...ofConsumers] = counted.answer.map((result) =>
    inPeriods(result, periods.seconds, periods.starts),
  );
  const isFed = ofArchive?.some((events) => events > 0) === true;
  const events = isFed
    ? ofArchive
    : periods.starts.map((_, index) => Math.max(0, ...ofConsumers.map((one) => one[index] ?? 0)));
  return {
    ...head,
    isCounted: true,
    types: events.some((one) => one > 0) ? [{ type: ANY, events }] : [],
    note: [isFed ? fedNote(pipeline.archiveName) : CONSUMERS_NOTE, ...tooOld].join('. '),
  };
}

const fedNote = (name: string): string =>
  `AWS lets nobody read an archive: these are the events that its rule ${archiveRule(name)} took in, as CloudWatch counted them, without promising all; detail-types are not told apart`;

const CONSUMERS_NOTE =
  'AWS lets nobody read an archive, and CloudWatch has nothing of the rule that feeds it: these are the most events that any consumer’s rule delivered in each period, replayed ones too, without those that no consumer wants; CloudWatch promises not to have counted all';

/** Invocations of the archive's rule, then of each consumer's, in the stack's order. */
async function invocationsOf(
  { metrics, archiveName, consumers }: Pipeline,
  since: string,
  until: string,
  seconds: number,
): Promise<readonly MetricDataResult[]> {
  const rules = [archiveRule(archiveName), ...consumers.map(({ ruleName }) => ruleName)];
  const found: MetricDataResult[] = [];
  const pages = paginateGetMetricData(
    { client: metrics },
    {
      StartTime: new Date(since),
      EndTime: new Date(until),
      MetricDataQueries: rules.map((rule, index) => ({
        Id: `rule${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Events',
            MetricName: 'Invocations',
            Dimensions: [{ Name: 'RuleName', Value: rule }],
          },
          Stat: 'Sum',
          Period: seconds,
        },
      })),
    },
  );
  for await (const { MetricDataResults = [] } of pages) found.push(...MetricDataResults);
  return rules.map((_, index) => {
    const ofRule = found.filter(({ Id }) => Id === `rule${index}`);
    return {
      Timestamps: ofRule.flatMap(({ Timestamps = [] }) => Timestamps),
      Values: ofRule.flatMap(({ Values = [] }) => Values),
    };
  });
}

function inPeriods(
  { Timestamps = [], Values = [] }: MetricDataResult,
  seconds: number,
  starts: readonly Date[],
): readonly number[] {
  const first = starts[0]?.getTime() ?? 0;
  const events = starts.map(() => 0);
  for (const [index, time] of Timestamps.entries()) {
    const period = Math.floor((time.getTime() - first) / (seconds * 1_000));
    if (events[period] !== undefined) events[period] += Math.round(Values[index] ?? 0);
  }
  return events;
}
