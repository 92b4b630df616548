import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  TextWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Consumer } from './consumer.ts';
import type { ConsumerWorker } from './consumer-worker.ts';
import type { EventArchive } from './event-archive.ts';
import type { PipelineAlarm } from './pipeline-alarm.ts';
import { ruleMetric } from './rule-metric.ts';

export interface PipelineDashboardProps {
  readonly name: string;
  readonly consumers: readonly Consumer[];
  readonly archive: EventArchive;
  readonly alarms: readonly PipelineAlarm[];
}

/** A dashboard is 24 columns wide. */
const COLUMNS = 24;

/** CloudWatch shows no more of them in one widget. */
const MOST_ALARMS = 100;

/**
 * The pipeline from left to right, as events go through it. On top what came in, and which alarms ring; then a row per consumer, in the
 * order of the list: what its rule delivered, what waits, what was worked on, what was given up; at the end what consumers count by themselves.
 */
export class PipelineDashboard extends Dashboard {
  constructor(scope: Construct, id: string, props: PipelineDashboardProps) {
    super(scope, id, {
      defaultInterval: Duration.hours(3),
      widgets: [
        headRow(props),
        ...props.consumers.map((consumer) => rowOf(consumer)),
        watchedRow(props.consumers),
      ],
    });
  }
}

const headRow = ({ name, archive, alarms }: PipelineDashboardProps): IWidget[] => [
  new TextWidget({
    width: 6,
    height: 6,
    markdown: [
      `## ${name}`,
      'bucket → bus (→ archive) → rule → queue → function → store',
      '',
      'Each row is a consumer, read from left to right: **delivered** by its rule, **waiting** in its queue, worked on by its **function**, and what was given up as **dead letters**.',
      '',
      'What an alarm means, and what to do: docs/operations.md. `sluice status` says the same in a terminal.',
    ].join('\n'),
  }),
  new GraphWidget({
    title: 'came in',
    width: 6,
    height: 6,
    left: [ruleMetric(archive.ruleName, 'Invocations', 'events, as archived')],
  }),
  new AlarmStatusWidget({
    title: 'alarms',
    width: 12,
    height: 6,
    alarms: alarms.slice(0, MOST_ALARMS),
  }),
];

/** What consumers count by themselves, a graph each: the last row. */
function watchedRow(consumers: readonly Consumer[]): GraphWidget[] {
  return consumers.flatMap(({ name, worker }) =>
    (worker?.watched ?? []).map(
      ({ title, counted }) =>
        new GraphWidget({ title: `${name}: ${title}`, left: [counted.with({ label: title })], width: 8 }),
    ),
  );
}

function rowOf({ name, queues, worker, rule }: Consumer): GraphWidget[] {
  const { work, ruleDeadLetterQueue } = queues;
  const undelivered = letters(ruleDeadLetterQueue, 'not delivered');
  const graphs: Readonly<Record<string, readonly [left: IMetric[], right?: IMetric[]]>> = {
    delivered: [
      [ruleMetric(rule.ref, 'Invocations', 'events'), ruleMetric(rule.ref, 'FailedInvocations', 'given up')],
    ],
    ...(work !== undefined && {
      waiting: [
        [work.queue.metricApproximateNumberOfMessagesVisible({ label: 'events' })],
        [work.queue.metricApproximateAgeOfOldestMessage({ label: 'oldest, s', statistic: 'Maximum' })],
      ],
    }),
    ...(worker !== undefined && { function: workedBy(worker) }),
    'dead letters': [
      work === undefined ? [undelivered] : [letters(work.deadLetterQueue, 'not processed'), undelivered],
    ],
  };
  const width = COLUMNS / Object.keys(graphs).length;
  return Object.entries(graphs).map(
    ([title, [left, right = []]]) => new GraphWidget({ title: `${name}: ${title}`, left, right, width }),
  );
}

const letters = (queue: IQueue, label: string): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({ label, statistic: 'Maximum' });

function workedBy({ handler, failures }: ConsumerWorker): [IMetric[], IMetric[]] {
  return [
    [
      handler.metricInvocations({ label: 'invocations' }),
      handler.metricErrors({ label: 'errors' }),
      handler.metricThrottles({ label: 'throttles' }),
      failures.with({ label: 'failed records' }),
    ],
    [handler.metricDuration({ label: 'p99, ms', statistic: 'p99' })],
  ];
}
