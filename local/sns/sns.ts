import { randomUUID } from 'node:crypto';
import type { Service } from '../gateway.ts';
import { authorize, callerName } from '../iam.ts';
import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { queryService } from '../protocols/query-service.ts';
import { element } from '../protocols/xml.ts';
import { sendingAction } from '../would-send/foreign-arn.ts';
import type { WouldSendRecords } from '../would-send/would-send-records.ts';

const ATTRIBUTE = /^MessageAttributes\.entry\.(\d{1,3})\.(Name|Value\.(?:DataType|StringValue|BinaryValue))$/;
const OTHER_PARAMETERS = new Set(['Action', 'Version', 'TopicArn', 'TargetArn', 'Message', 'Subject']);

/**
 * SNS, as far as a function publishes: the message is recorded as one that would have been sent. Whatever else is asked is
 * refused by name.
 */
export function snsService(records: WouldSendRecords): Service {
  return queryService({
    name: 'SNS',
    namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    operations: {
      Publish(parameters, { principal }) {
        const topic = parameters.get('TopicArn') ?? parameters.get('TargetArn') ?? '';
        if (sendingAction(topic) !== 'sns:Publish') {
          throw new AwsError('InvalidParameter', `Invalid parameter: TopicArn Reason: no topic: ${topic}`);
        }
        authorize(principal, 'sns:Publish', topic);
        records.add({ by: callerName(principal), to: topic, event: JSON.stringify(messageOf(parameters)) });
        return element('MessageId', randomUUID());
      },
    },
  });
}

/** `{"Message":"…","Subject":"…","MessageAttributes":{"kind":{"DataType":"String","StringValue":"big"}}}` */
function messageOf(parameters: URLSearchParams): object {
  const Message = parameters.get('Message') ?? '';
  if (Message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message');
  const Subject = parameters.get('Subject');
  const entries = new Map<string, Record<string, string>>();
  for (const [name, value] of parameters) {
    const [, index, part] = ATTRIBUTE.exec(name) ?? [];
    if (index === undefined || part === undefined) {
      if (!OTHER_PARAMETERS.has(name)) throw notImplemented(`SNS Publish with ${name}`);
      continue;
    }
    entries.set(index, { ...entries.get(index), [part.replace('Value.', '')]: value });
  }
  const attributes = [...entries.values()].map(({ Name = '', ...value }) => [Name, value] as const);
  return {
    Message,
    ...(Subject !== null && { Subject }),
    ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries(attributes) }),
  };
}
