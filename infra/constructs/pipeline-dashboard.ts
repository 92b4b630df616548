import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnRule } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Consumer } from './consumer.ts';
import type { ConsumerWorker } from './consumer-worker.ts';

/**
 * One row per consumer, in the order of the flow: what waits, what was invoked and what failed, what was given up, or what was
 * delivered where nothing waits; at the end what consumers count by themselves.
 */
export class PipelineDashboard extends Dashboard {
  constructor(scope: Construct, id: string, consumers: readonly Consumer[]) {
    super(scope, id, {
      defaultInterval: Duration.hours(3),
      widgets: [...consumers.map((consumer) => rowOf(consumer)), watchedRow(consumers)],
    });
  }
}

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
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title: `${name}: ${title}`, left, right, width: 8 });
  const undelivered = letters(ruleDeadLetterQueue, 'not delivered');
  if (work === undefined) {
    return [graph('delivered', deliveredBy(rule)), graph('dead letters', [undelivered])];
  }
  return [
    graph(
      'waiting',
      [work.queue.metricApproximateNumberOfMessagesVisible({ label: 'events' })],
      [work.queue.metricApproximateAgeOfOldestMessage({ label: 'oldest, s', statistic: 'Maximum' })],
    ),
    ...(worker === undefined ? [] : [graph('function', ...workedBy(worker))]),
    graph('dead letters', [letters(work.deadLetterQueue, 'not processed'), undelivered]),
  ];
}

const letters = (queue: IQueue, label: string): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({ label, statistic: 'Maximum' });

function workedBy({ handler, failures }: ConsumerWorker): [IMetric[], IMetric[]] {
  return [
    [
      handler.metricInvocations({ label: 'invocations' }),
      handler.metricErrors({ label: 'errors' }),
      failures.with({ label: 'failed records' }),
    ],
    [handler.metricDuration({ label: 'p99, ms', statistic: 'p99' })],
  ];
}

/** What EventBridge counts of a rule by itself. */
function deliveredBy({ ref }: CfnRule): IMetric[] {
  const metric = (metricName: string, label: string) =>
    new Metric({
      namespace: 'AWS/Events',
      metricName,
      dimensionsMap: { RuleName: ref },
      statistic: 'Sum',
      label,
    });
  return [metric('Invocations', 'events'), metric('FailedInvocations', 'failed')];
}
