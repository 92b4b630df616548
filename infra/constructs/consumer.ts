import { Annotations } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { targetText, type ConsumerTarget } from '../../shared/consumer-target.ts';
import { keepsText, type Keeps } from '../../shared/keeps.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import { complexityWarning } from '../checks/consumer-checks.ts';
import type { ConsumerDefinition, Stores } from '../consumer-definition.ts';
import { deliveryOf, type CompleteDefinition } from '../consumer-kinds.ts';
import { pinnedTo } from '../event-source.ts';
import type { Encrypted } from '../key-grants.ts';
import { observed } from '../observed.ts';
import type { PipelineNames } from '../pipeline-names.ts';
import type { Stage } from '../stage.ts';
import { targetOf } from '../target-of.ts';
import { ConsumerAlarms } from './consumer-alarms.ts';
import { ConsumerQueues } from './consumer-queues.ts';
import { ConsumerWorker } from './consumer-worker.ts';
import type { PipelineAlarm } from './pipeline-alarm.ts';
import type { PrivateNetwork } from './private-network.ts';
import { TargetRole } from './target-role.ts';

/** How long EventBridge tries to reach a target before the event goes to the rule's dead-letter queue: the most it offers. */
const DELIVERY_RETRY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

export interface ConsumerProps {
  readonly definition: CompleteDefinition;
  readonly stores: Stores;
  /** What its function may come to, and needs keys for. */
  readonly encrypted: readonly Encrypted[];
  /** What its function is in. @default a network of Lambda's */
  readonly network: PrivateNetwork | undefined;
  /** What encrypts its queues and its log. @default keys of the services */
  readonly encryptionKey: IKey | undefined;
  readonly stage: Stage;
  readonly names: PipelineNames;
  readonly alarmTopic: ITopic;
}

/**
 * One way through the pipeline: rule → queue → function, with a dead-letter queue behind the rule and one behind the queue; or
 * rule → queue, which somebody else drains; or rule → another bus or a state machine, with the rule's dead-letter queue alone.
 */
export class Consumer extends Construct {
  readonly name: string;
  readonly keeps: Keeps;
  readonly target: ConsumerTarget;
  readonly rule: CfnRule;
  readonly queues: ConsumerQueues;
  /** Where the target is a function. */
  readonly worker: ConsumerWorker | undefined;
  readonly alarms: readonly PipelineAlarm[];

  constructor(scope: Construct, id: string, props: ConsumerProps) {
    super(scope, id);
    const { definition, stores, stage, names, alarmTopic } = props;
    const { deadLetterRetention, ...delivery } = deliveryOf(definition);
    this.name = definition.name;
    this.keeps = definition.keeps;
    this.target = targetOf(definition);
    const hasQueue = this.target.kind === 'function' || this.target.kind === 'queue';
    this.queues = new ConsumerQueues(this, 'Queues', {
      deadLetterRetention,
      encryptionKey: props.encryptionKey,
      ...(hasQueue && {
        work: {
          queueName: `${names.scopeName}-${definition.name}`,
          ...delivery,
          maxReceiveCount: definition.maxReceiveCount,
        },
      }),
    });
    this.rule = this.#rule(definition, stores);
    const warning = complexityWarning(definition);
    if (warning !== undefined) Annotations.of(this.rule).addWarningV2('sluice:pattern-complexity', warning);
    const { work } = this.queues;
    this.worker =
      this.target.kind === 'function' && work !== undefined
        ? // an id that the CDK leaves out of those of the resources in it
          new ConsumerWorker(this, 'Default', { ...props, queues: work })
        : undefined;
    const { alarms } = new ConsumerAlarms(this, 'Alarms', {
      consumer: this,
      watched: (this.worker?.watched ?? []).filter(({ metric }) => stage.alarmOn?.includes(metric)),
      visibilityTimeout: delivery.visibilityTimeout,
      level: observed(stage).level,
      alarmTopic,
    });
    this.alarms = alarms;
  }

  /** The lower-level construct: its pattern is EventBridge's own text, as tests and the local runtime match it. */
  #rule({ pattern }: ConsumerDefinition, { ingestBucket }: Stores): CfnRule {
    const { detail, ...pins } = pinnedTo(ingestBucket, pattern.detail);
    const rule = new CfnRule(this, 'Rule', {
      description: `Events for ${this.name}`,
      eventPattern: { ...pins, 'detail-type': pattern['detail-type'], detail },
      targets: [
        {
          ...this.#ruleTarget(),
          deadLetterConfig: { arn: this.queues.ruleDeadLetterQueue.queueArn },
        },
      ],
    });
    this.queues.admitRule(rule.attrArn);
    return rule;
  }

  #ruleTarget(): Omit<CfnRule.TargetProperty, 'deadLetterConfig'> {
    const { target } = this;
    switch (target.kind) {
      case 'bus': {
        const role = new TargetRole(this, 'TargetRole', { action: 'events:PutEvents', on: target.arn });
        // for a bus EventBridge takes no policy of retries: it has its own, a day as well
        return { id: 'Bus', arn: target.arn, roleArn: role.roleArn };
      }
      case 'state-machine': {
        const role = new TargetRole(this, 'TargetRole', { action: 'states:StartExecution', on: target.arn });
        return {
          id: 'StateMachine',
          arn: target.arn,
          roleArn: role.roleArn,
          retryPolicy: DELIVERY_RETRY,
        };
      }
      case 'function':
      case 'queue':
      default:
        return { id: 'Queue', arn: this.queues.work!.queue.queueArn, retryPolicy: DELIVERY_RETRY };
    }
  }

  /** What operators and programs look the resources up by, named after the consumer: `OneConsumerQueueUrl`. */
  get outputs(): Readonly<Record<string, string>> {
    const { work, ruleDeadLetterQueue } = this.queues;
    const outputs = {
      RuleName: this.rule.ref,
      ...(work && {
        QueueUrl: work.queue.queueUrl,
        DeadLetterQueueUrl: work.deadLetterQueue.queueUrl,
      }),
      RuleDeadLetterQueueUrl: ruleDeadLetterQueue.queueUrl,
      ...(this.worker && {
        FunctionName: this.worker.handler.functionName,
        LogGroupName: this.worker.handler.logGroup.logGroupName,
      }),
      Keeps: keepsText(this.keeps),
      ...(this.target.kind !== 'function' && { Target: targetText(this.target) }),
    };
    const id = pascalCase(this.name);
    return Object.fromEntries(Object.entries(outputs).map(([suffix, value]) => [id + suffix, value]));
  }
}
