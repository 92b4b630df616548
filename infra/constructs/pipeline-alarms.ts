import { Duration } from 'aws-cdk-lib';
import { AlarmRule, CompositeAlarm, MathExpression, type IAlarmRule } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { observed } from '../observed.ts';
import { byStage, type Stage } from '../stage.ts';
import type { Consumer } from './consumer.ts';
import type { EventArchive } from './event-archive.ts';
import { alarmText, PipelineAlarm } from './pipeline-alarm.ts';
import { ruleMetric } from './rule-metric.ts';

export interface PipelineAlarmsProps {
  readonly stage: Stage;
  readonly name: string;
  readonly consumers: readonly Consumer[];
  readonly archive: EventArchive;
  readonly alarmTopic: ITopic;
}

/** Events of an hour above which the archive grows faster than anybody has said. */
const EVENTS_PER_HOUR = { dev: 100_000, prod: 1_000_000 };

/** An alarm counts with ten metrics at most. */
const MOST_METRICS = 10;

/** A composite alarm has at most a hundred below it, in a rule of 10,240 characters. */
const MOST_CHILDREN = 40;

/**
 * What rings of the whole pipeline: an archive that grows too fast, and one alarm that says whether anything is wrong at all. Neither is
 * there where the stage is observed least.
 */
export class PipelineAlarms extends Construct {
  /** All of them, in the order of the consumers, but for the one above them. */
  readonly alarms: readonly PipelineAlarm[];

  constructor(scope: Construct, id: string, props: PipelineAlarmsProps) {
    super(scope, id);
    const { consumers, stage, name, alarmTopic } = props;
    const ofConsumers = consumers.flatMap((consumer) => consumer.alarms);
    const { level } = observed(stage);
    this.alarms = level === 'least' ? ofConsumers : [...ofConsumers, this.#archiveGrowth(props)];
    if (level === 'least') return;
    const whole = new CompositeAlarm(this, 'Pipeline', {
      alarmRule: this.#anyOf(this.alarms),
      alarmDescription: alarmText(
        `something is wrong in ${name}: the alarms that ring say what, and \`sluice status\` shows all of it`,
        'Pipeline',
      ),
    });
    whole.addAlarmAction(new SnsAction(alarmTopic));
  }

  /** By what the rules deliver, since no metric tells of an archive itself. */
  #archiveGrowth({ stage, archive, consumers, name, alarmTopic }: PipelineAlarmsProps): PipelineAlarm {
    const limit = stage.alarmEventsPerHour ?? byStage(stage, EVENTS_PER_HOUR);
    const rules = [archive.ruleName, ...consumers.map(({ rule }) => rule.ref)].slice(0, MOST_METRICS);
    const counted = rules.map((rule, index) => [`rule${index}`, ruleMetric(rule, 'Invocations')] as const);
    return new PipelineAlarm(this, 'ArchiveGrowth', {
      metric: new MathExpression({
        expression: `MAX([${counted.map(([id]) => id).join(', ')}])`,
        label: 'events an hour',
        period: Duration.hours(1),
        usingMetrics: Object.fromEntries(counted),
      }),
      above: limit,
      meaning: `more than ${limit} events came to ${name} in an hour, each of which is paid for and archived: a large upload, a replay, or a loop that AWS does not stop`,
      topic: alarmTopic,
    });
  }

  #anyOf(alarms: readonly PipelineAlarm[]): IAlarmRule {
    if (alarms.length <= MOST_CHILDREN) return AlarmRule.anyOf(...alarms);
    const parts = Array.from({ length: Math.ceil(alarms.length / MOST_CHILDREN) }, (_, index) =>
      alarms.slice(index * MOST_CHILDREN, (index + 1) * MOST_CHILDREN),
    );
    return AlarmRule.anyOf(
      ...parts.map(
        (part, index) =>
          new CompositeAlarm(this, `Part${index + 1}`, { alarmRule: AlarmRule.anyOf(...part) }),
      ),
    );
  }
}
