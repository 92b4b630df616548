import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { targetText } from '../../shared/consumer-target.ts';
import { keepsText } from '../../shared/keeps.ts';
import { ACCOUNT, ARN, cloudFormation, events, NOW, OUTPUTS, REGION, resetMocks, sqs } from './mocked-aws.ts';

const queueUrl = (name: string) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
const queueArn = (name: string) => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

export const BUS = ARN('event-bus/partner');
export const STATE_MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:unpack`;
export const HANDED_QUEUE = queueUrl('Sluice-prod-handed');

/** Outputs of three consumers beside the built-in ones: one with a queue only, one to a bus, one to a state machine. */
export const TARGET_OUTPUTS: Readonly<Record<string, string>> = {
  ...OUTPUTS,
  ...ruleOutputs('Handed', 'handed'),
  HandedQueueUrl: HANDED_QUEUE,
  HandedDeadLetterQueueUrl: queueUrl('dead-handed'),
  HandedTarget: targetText({ kind: 'queue' }),
  ...ruleOutputs('PartnerBus', 'partner-bus'),
  PartnerBusTarget: targetText({ kind: 'bus', arn: BUS }),
  ...ruleOutputs('Unpacker', 'unpacker'),
  UnpackerTarget: targetText({ kind: 'state-machine', arn: STATE_MACHINE }),
};

function ruleOutputs(id: string, name: string): Record<string, string> {
  return {
    [`${id}RuleName`]: `rule-${name}`,
    [`${id}RuleDeadLetterQueueUrl`]: queueUrl(`undelivered-${name}`),
    [`${id}Keeps`]: keepsText('nothing'),
  };
}

/** Makes the mocked stack one with those consumers too, where all is well. */
export function resetWithTargets(): void {
  resetMocks();
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [
      {
        StackName: 'Sluice-prod',
        CreationTime: NOW,
        StackStatus: 'CREATE_COMPLETE',
        Outputs: Object.entries(TARGET_OUTPUTS).map(([OutputKey, OutputValue]) => ({
          OutputKey,
          OutputValue,
        })),
      },
    ],
  });
  const targets = [
    ['handed', { Arn: queueArn('Sluice-prod-handed') }],
    ['partner-bus', { Arn: BUS, RoleArn: 'arn:aws:iam::111122223333:role/bus' }],
    ['unpacker', { Arn: STATE_MACHINE, RoleArn: 'arn:aws:iam::111122223333:role/start' }],
  ] as const;
  for (const [name, target] of targets) {
    const undelivered = `undelivered-${name}`;
    events.on(ListTargetsByRuleCommand, { Rule: `rule-${name}` }).resolves({
      Targets: [{ Id: 'Target', ...target, DeadLetterConfig: { Arn: queueArn(undelivered) } }],
    });
    queueHolds(queueUrl(undelivered), 0, { Policy: letIn(name) });
  }
  queueHolds(HANDED_QUEUE, 0);
  queueHolds(queueUrl('dead-handed'), 0);
}

/** The queue has so many messages that can be received. */
export function queueHolds(
  QueueUrl: string,
  messages: number,
  more: Readonly<Record<string, string>> = {},
): void {
  sqs.on(GetQueueAttributesCommand, { QueueUrl }).resolves({
    Attributes: {
      ApproximateNumberOfMessages: String(messages),
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      MessageRetentionPeriod: QueueUrl === HANDED_QUEUE ? '345600' : '1209600',
      Policy: letIn('handed'),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead-handed') }),
      ...more,
    },
  });
}

const letIn = (name: string): string =>
  JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Condition: { ArnEquals: { 'aws:SourceArn': ARN(`rule/rule-${name}`) } },
    },
  });
