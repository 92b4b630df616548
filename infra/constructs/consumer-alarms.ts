import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnRule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ConsumerTarget } from '../../shared/consumer-target.ts';
import type { Keeps } from '../../shared/keeps.ts';
import { LEAST_ALARMS, type Observability } from '../../shared/observability.ts';
import type { ConsumerQueues } from './consumer-queues.ts';
import type { ConsumerWorker, Watched } from './consumer-worker.ts';
import { PipelineAlarm, type PipelineAlarmProps } from './pipeline-alarm.ts';
import { ruleMetric } from './rule-metric.ts';

export interface ConsumerAlarmsProps {
  readonly consumer: Alarmed;
  /** What is to be alarmed of beside the work itself. */
  readonly watched: readonly Watched[];
  readonly visibilityTimeout: Duration;
  /** `least` leaves the alarms of letters and rules, and what the stage itself asks for. */
  readonly level: Observability;
  readonly alarmTopic: ITopic;
}

/** A consumer as far as its alarms go. */
interface Alarmed {
  readonly name: string;
  readonly keeps: Keeps;
  readonly target: ConsumerTarget;
  readonly rule: CfnRule;
  readonly queues: ConsumerQueues;
  readonly worker: ConsumerWorker | undefined;
}

/** What a target is called, and how its undelivered events are sent again. */
const WORDS: Readonly<Record<ConsumerTarget['kind'], { place: string; again: string }>> = {
  function: { place: 'the queue', again: 'redrive' },
  queue: { place: 'the queue', again: 'redrive' },
  bus: { place: 'the event bus', again: 'replay' },
  'state-machine': { place: 'the state machine', again: 'replay' },
};

const FIVE_MINUTES = Duration.minutes(5);

/** Two of three periods: one is a retry or two, which is no news. */
const AGAIN_AND_AGAIN = { of: 3, atLeast: 2 };

/**
 * What wakes an operator: an event that was not delivered or not processed, records that fail again and again, a queue
 * that does not drain, a function that dies or is held back, a ledger that falls silent; of these what its target has.
 */
export class ConsumerAlarms extends Construct {
  readonly alarms: readonly PipelineAlarm[];

  constructor(scope: Construct, id: string, props: ConsumerAlarmsProps) {
    super(scope, id);
    const { consumer, watched, level, alarmTopic: topic } = props;
    const usual: Ringing = {
      ...ofDelivery(consumer),
      ...ofQueue(props),
      ...(consumer.worker !== undefined && ofWorker(consumer.name, consumer.worker)),
      ...(consumer.worker !== undefined && ofLines(consumer, consumer.worker)),
    };
    const ringing: Ringing = {
      ...(level === 'least' ? leastOf(usual) : usual),
      ...Object.fromEntries(
        watched.map(({ metric, counted, meaning }) => [
          metric,
          {
            metric: counted,
            above: 0,
            meaning: `${consumer.name}: ${meaning}`,
            paragraph: 'watched-metrics',
          },
        ]),
      ),
    };
    this.alarms = Object.entries(ringing).map(
      ([name, alarm]) => new PipelineAlarm(this, name, { ...alarm, topic }),
    );
  }
}

type Ringing = Readonly<Record<string, Omit<PipelineAlarmProps, 'topic'>>>;

const leastOf = (ringing: Ringing): Ringing =>
  Object.fromEntries(Object.entries(ringing).filter(([name]) => LEAST_ALARMS.includes(name)));

const most = { period: FIVE_MINUTES, statistic: 'Maximum' };
const sum = { period: FIVE_MINUTES, statistic: 'Sum' };

function ofDelivery({ name, target, rule, queues }: Alarmed): Ringing {
  const { place, again } = WORDS[target.kind];
  return {
    UndeliveredEvents: {
      metric: queues.ruleDeadLetterQueue.metricApproximateNumberOfMessagesVisible(most),
      above: 0,
      meaning: `EventBridge could not deliver an event to ${place} of ${name}: read ERROR_CODE, fix, ${again}`,
    },
    RuleFailures: {
      metric: new MathExpression({
        expression: 'SUM([failed, unlettered])',
        label: 'given up',
        period: FIVE_MINUTES,
        usingMetrics: {
          failed: ruleMetric(rule.ref, 'FailedInvocations'),
          unlettered: ruleMetric(rule.ref, 'InvocationsFailedToBeSentToDlq'),
        },
      }),
      above: 0,
      meaning: `the rule of ${name} gave up an event, which may be in no letter: mend ${place} and its policy, then replay the time since`,
    },
  };
}

function ofQueue({ consumer, visibilityTimeout }: ConsumerAlarmsProps): Ringing {
  const { name, queues, worker } = consumer;
  const { work } = queues;
  if (work === undefined) return {};
  // the consumer's own time: what one try may take, and a record that is retried once is no news
  const patience = Math.max(Duration.minutes(30).toSeconds(), visibilityTimeout.toSeconds());
  return {
    DeadLetters: {
      metric: work.deadLetterQueue.metricApproximateNumberOfMessagesVisible(most),
      above: 0,
      meaning:
        worker === undefined
          ? `whoever drains the queue of ${name} received an event again and again and did not delete it: ask them, redrive`
          : `${name} could not process an event: read the letter's reason, fix, redrive`,
    },
    QueueAge: {
      metric: work.queue.metricApproximateAgeOfOldestMessage(most),
      above: patience,
      meaning: `the oldest event of ${name} has waited for more than ${patience} s`,
    },
  };
}

const ofWorker = (name: string, { failures, handler }: ConsumerWorker): Ringing => ({
  // no letter says so for an hour, and the age of what was received often may not show
  FailedRecords: {
    metric: failures,
    above: 0,
    periods: AGAIN_AND_AGAIN,
    meaning: `records of ${name} fail again and again: read its log's last error, mend it; nothing is lost meanwhile`,
  },
  FunctionErrors: {
    metric: handler.metricErrors(sum),
    above: 0,
    meaning: `the function of ${name} threw, ran out of time or of memory: its whole batch is retried`,
  },
  Throttles: {
    metric: handler.metricThrottles(sum),
    above: 0,
    periods: AGAIN_AND_AGAIN,
    meaning: `Lambda holds the function of ${name} back, and each time uses up a receive of its messages: give it concurrency, or take less at a time`,
  },
});

/** What rings of a consumer that writes a line for every event: its rule delivers, and no line comes. */
function ofLines({ name, keeps, rule }: Alarmed, worker: ConsumerWorker): Ringing {
  if (keeps === 'nothing' || !('lines' in keeps)) return {};
  return {
    Silence: {
      metric: new MathExpression({
        // a sum of series has a value wherever one of them has: one that has none at all would leave a plus without
        expression: 'IF(delivered > 0 AND SUM([delivered * 0, written, again]) == 0, 1, 0)',
        label: 'silent',
        period: Duration.minutes(15),
        usingMetrics: {
          delivered: ruleMetric(rule.ref, 'Invocations'),
          written: worker.counted('Recorded'),
          again: worker.counted('Superseded'),
        },
      }),
      above: 0,
      // an event that comes at the end of one period is written in the next
      periods: { of: 2, atLeast: 2 },
      meaning: `events reach ${name}, and for half an hour it has written no line: look whether it is paused, and at its log; what waits is not lost`,
    },
  };
}
