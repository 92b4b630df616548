import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { WatchedMetric } from '../consumer-definition.ts';
import type { ConsumerQueues } from './consumer-queues.ts';

export interface ConsumerAlarmsProps {
  readonly consumer: string;
  readonly queues: ConsumerQueues;
  readonly handler: IFunction;
  readonly failures: Metric;
  /** What is to be alarmed of beside the work itself. */
  readonly watched: readonly Watched[];
  readonly visibilityTimeout: Duration;
  readonly alarmTopicArn: string | undefined;
}

/** A number of the consumer's own, and its metric. */
export interface Watched extends WatchedMetric {
  readonly counted: Metric;
}

interface Alarming {
  readonly metric: Metric;
  readonly above: number;
  /** @default one */
  readonly periods?: { readonly of: number; readonly atLeast: number };
  readonly meaning: string;
}

/**
 * What wakes an operator: an event that was not delivered or not processed, records that fail again and again, a queue
 * that does not drain, a function that dies.
 */
export class ConsumerAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ConsumerAlarmsProps) {
    super(scope, id);
    const { consumer, queues, handler, failures } = props;
    const period = Duration.minutes(5);
    // a record that is retried once is no news
    const patience = Math.max(Duration.minutes(30).toSeconds(), props.visibilityTimeout.toSeconds());

    this.#alarm(props, 'DeadLetters', {
      metric: queues.deadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: 'Maximum',
      }),
      above: 0,
      meaning: `${consumer} could not process an event: read the letter's reason, fix, redrive`,
    });
    this.#alarm(props, 'UndeliveredEvents', {
      metric: queues.ruleDeadLetterQueue.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: 'Maximum',
      }),
      above: 0,
      meaning: `EventBridge could not deliver an event to the queue of ${consumer}: read ERROR_CODE, fix, redrive`,
    });
    this.#alarm(props, 'QueueAge', {
      metric: queues.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      above: patience,
      meaning: `the oldest event of ${consumer} has waited for more than ${patience} s`,
    });
    // no letter says so for an hour, and the age of what was received often may not show; one period is a retry or two
    this.#alarm(props, 'FailedRecords', {
      metric: failures,
      above: 0,
      periods: { of: 3, atLeast: 2 },
      meaning: `records of ${consumer} fail again and again: read its log's last error, mend it; nothing is lost meanwhile`,
    });
    this.#alarm(props, 'FunctionErrors', {
      metric: handler.metricErrors({ period, statistic: 'Sum' }),
      above: 0,
      meaning: `the function of ${consumer} threw, ran out of time or of memory: its whole batch is retried`,
    });
    for (const { metric, counted, meaning } of props.watched) {
      this.#alarm(props, metric, { metric: counted, above: 0, meaning: `${consumer}: ${meaning}` });
    }
  }

  #alarm(
    { alarmTopicArn }: ConsumerAlarmsProps,
    id: string,
    { metric, above, periods = { of: 1, atLeast: 1 }, meaning }: Alarming,
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods.of,
      ...(periods.of > 1 && { datapointsToAlarm: periods.atLeast }),
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: meaning,
    });
    if (alarmTopicArn !== undefined) {
      alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, `${id}Topic`, alarmTopicArn)));
    }
  }
}
