import type { Node } from 'constructs';

/** Who hears the alarms of a stage, and what more than failures rings. */
export interface AlarmContext {
  /** ARN of an SNS topic that hears every alarm (context `alarmTopicArn`). @default one that the pipeline makes */
  readonly alarmTopicArn?: string;
  /** Mailbox that hears every alarm, by the topic that the pipeline makes (context `alarmEmail`). @default nobody subscribes */
  readonly alarmEmail?: string;
  /** Metrics of consumers, as their `watches` name them, that are worth an alarm (context `alarmOn`). @default none */
  readonly alarmOn?: readonly string[];
  /** Events of an hour above which an alarm says that the archive grows too fast (context `alarmEventsPerHour`). @default by what the stage is like */
  readonly alarmEventsPerHour?: number;
}

/**
 * What the CDK context says of alarms, each of which may be left out:
 *
 *     -c alarmEmail=oncall@example.com -c alarmOn=NotCounted -c alarmEventsPerHour=200000
 *     -c alarmTopicArn=arn:aws:sns:eu-west-1:111122223333:alarms
 *
 * @throws Error naming what the context holds and what it may
 */
export function alarmsFromContext(node: Node): AlarmContext {
  return { ...alarmReader(node), ...alarmOn(node), ...alarmEventsPerHour(node) };
}

/** Who hears the alarms. A topic that others own has subscribers of its own. */
function alarmReader(node: Node): Pick<AlarmContext, 'alarmTopicArn' | 'alarmEmail'> {
  const alarmTopicArn: unknown = node.tryGetContext('alarmTopicArn');
  const alarmEmail: unknown = node.tryGetContext('alarmEmail');
  if (
    alarmTopicArn !== undefined &&
    !(typeof alarmTopicArn === 'string' && /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(alarmTopicArn))
  ) {
    throw refusal(
      'alarmTopicArn',
      alarmTopicArn,
      'it must be the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:111122223333:alarms',
    );
  }
  if (alarmEmail === undefined) return alarmTopicArn === undefined ? {} : { alarmTopicArn };
  if (typeof alarmEmail !== 'string' || !/^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/.test(alarmEmail)) {
    throw refusal(
      'alarmEmail',
      alarmEmail,
      'it must be one address, such as oncall@example.com: SNS asks there whether it may send',
    );
  }
  if (alarmTopicArn !== undefined) {
    throw refusal(
      'alarmEmail',
      alarmEmail,
      'alarmTopicArn names a topic, which is not this stack’s to subscribe to: leave one of the two out',
    );
  }
  return { alarmEmail };
}

/** Which metrics there are is known where the consumers are: see checks/watches-check.ts. */
function alarmOn(node: Node): Pick<AlarmContext, 'alarmOn'> | undefined {
  const metrics: unknown = node.tryGetContext('alarmOn');
  if (metrics === undefined) return undefined;
  if (typeof metrics !== 'string' || !/^\w+(,\w+)*$/.test(metrics)) {
    throw refusal(
      'alarmOn',
      metrics,
      'list metrics of consumers with commas between them, such as NotCounted',
    );
  }
  return { alarmOn: metrics.split(',') };
}

function alarmEventsPerHour(node: Node): Pick<AlarmContext, 'alarmEventsPerHour'> | undefined {
  const events: unknown = node.tryGetContext('alarmEventsPerHour');
  if (events === undefined) return undefined;
  if ((typeof events !== 'number' && typeof events !== 'string') || !/^[1-9]\d{0,11}$/.test(String(events))) {
    throw refusal('alarmEventsPerHour', events, 'it must be a whole number of events, such as 200000');
  }
  return { alarmEventsPerHour: Number(events) };
}

function refusal(name: string, value: unknown, what: string): Error {
  return new Error(`context ${name} is ${JSON.stringify(value)}: ${what}`);
}
