import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Consumer } from './consumer.ts';

/**
 * One row per consumer, in the order of the flow: what waits, what was invoked and what failed, what was given up; at
 * the end what consumers count by themselves.
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
  return consumers.flatMap(({ name, watched }) =>
    watched.map(
      ({ title, counted }) =>
        new GraphWidget({ title: `${name}: ${title}`, left: [counted.with({ label: title })], width: 8 }),
    ),
  );
}

function rowOf({ name, queues, handler, failures }: Consumer): GraphWidget[] {
  const { queue, deadLetterQueue, ruleDeadLetterQueue } = queues;
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title: `${name}: ${title}`, left, right, width: 8 });
  return [
    graph(
      'waiting',
      [queue.metricApproximateNumberOfMessagesVisible({ label: 'events' })],
      [queue.metricApproximateAgeOfOldestMessage({ label: 'oldest, s', statistic: 'Maximum' })],
    ),
    graph(
      'function',
      [
        handler.metricInvocations({ label: 'invocations' }),
        handler.metricErrors({ label: 'errors' }),
        failures.with({ label: 'failed records' }),
      ],
      [handler.metricDuration({ label: 'p99, ms', statistic: 'p99' })],
    ),
    graph('dead letters', [
      deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        label: 'not processed',
        statistic: 'Maximum',
      }),
      ruleDeadLetterQueue.metricApproximateNumberOfMessagesVisible({
        label: 'not delivered',
        statistic: 'Maximum',
      }),
    ]),
  ];
}
