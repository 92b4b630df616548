import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ConsumerTarget } from '../../shared/consumer-target.ts';
import type { ConsumerQueues } from './consumer-queues.ts';
import type { ConsumerWorker, Watched } from './consumer-worker.ts';

export interface ConsumerAlarmsProps {
  readonly consumer: Alarmed;
  /** What is to be alarmed of beside the work itself. */
  readonly watched: readonly Watched[];
  readonly visibilityTimeout: Duration;
  readonly alarmTopic: ITopic;
}

/** A consumer as far as its alarms go. */
interface Alarmed {
  readonly name: string;
  readonly target: ConsumerTarget;
  readonly queues: ConsumerQueues;
  readonly worker: Pick<ConsumerWorker, 'handler' | 'failures'> | undefined;
}

interface Alarming {
  readonly metric: Metric;
  readonly above: number;
  /** @default one */
  readonly periods?: { readonly of: number; readonly atLeast: number };
  readonly meaning: string;
}

/** What a target is called, and how its undelivered events are sent again. */
const WORDS: Readonly<Record<ConsumerTarget['kind'], { place: string; again: string }>> = {
  function: { place: 'the queue', again: 'redrive' },
  queue: { place: 'the queue', again: 'redrive' },
  bus: { place: 'the event bus', again: 'replay' },
  'state-machine': { place: 'the state machine', again: 'replay' },
};

/**
 * What wakes an operator: an event that was not delivered or not processed, records that fail again and again, a queue
 * that does not drain, a function that dies; of these what its target has.
 */
export class ConsumerAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ConsumerAlarmsProps) {
    super(scope, id);
    const { name, target, queues, worker } = props.consumer;
    const { work, ruleDeadLetterQueue } = queues;
    const words = WORDS[target.kind];
    const most = { period: Duration.minutes(5), statistic: 'Maximum' };
    const sum = { period: Duration.minutes(5), statistic: 'Sum' };

    if (work !== undefined) {
      this.#alarm(props, 'DeadLetters', {
        metric: work.deadLetterQueue.metricApproximateNumberOfMessagesVisible(most),
        above: 0,
        meaning:
          worker === undefined
            ? `whoever drains the queue of ${name} received an event again and again and did not delete it: ask them, redrive`
            : `${name} could not process an event: read the letter's reason, fix, redrive`,
      });
    }
    this.#alarm(props, 'UndeliveredEvents', {
      metric: ruleDeadLetterQueue.metricApproximateNumberOfMessagesVisible(most),
      above: 0,
      meaning: `EventBridge could not deliver an event to ${words.place} of ${name}: read ERROR_CODE, fix, ${words.again}`,
    });
    if (work !== undefined) {
      // a record that is retried once is no news
      const patience = Math.max(Duration.minutes(30).toSeconds(), props.visibilityTimeout.toSeconds());
      this.#alarm(props, 'QueueAge', {
        metric: work.queue.metricApproximateAgeOfOldestMessage(most),
        above: patience,
        meaning: `the oldest event of ${name} has waited for more than ${patience} s`,
      });
    }
    if (worker !== undefined) {
      // no letter says so for an hour, and the age of what was received often may not show; one period is a retry or two
      this.#alarm(props, 'FailedRecords', {
        metric: worker.failures,
        above: 0,
        periods: { of: 3, atLeast: 2 },
        meaning: `records of ${name} fail again and again: read its log's last error, mend it; nothing is lost meanwhile`,
      });
      this.#alarm(props, 'FunctionErrors', {
        metric: worker.handler.metricErrors(sum),
        above: 0,
        meaning: `the function of ${name} threw, ran out of time or of memory: its whole batch is retried`,
      });
    }
    for (const { metric, counted, meaning } of props.watched) {
      this.#alarm(props, metric, { metric: counted, above: 0, meaning: `${name}: ${meaning}` });
    }
  }

  #alarm(
    { alarmTopic }: ConsumerAlarmsProps,
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
    alarm.addAlarmAction(new SnsAction(alarmTopic));
  }
}
