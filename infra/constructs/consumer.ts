import { Annotations, Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Architecture, EventSourceMapping, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EnvironmentVariable } from '../../shared/environment.ts';
import { keepsText, type Keeps } from '../../shared/keeps.ts';
import type { ConsumerDefinition, Stores } from '../consumer-definition.ts';
import { deliveryOf, type CompleteDefinition } from '../consumer-kinds.ts';
import { pascalCase } from '../../shared/pascal-case.ts';
import { complexityWarning } from '../checks/consumer-checks.ts';
import { pinnedTo } from '../event-source.ts';
import type { PipelineNames } from '../pipeline-names.ts';
import type { Stage } from '../stage.ts';
import { ConsumerAlarms, type Watched } from './consumer-alarms.ts';
import { withCode } from './consumer-code.ts';
import { ConsumerQueues } from './consumer-queues.ts';
import { ConsumerRole } from './consumer-role.ts';

/** How long EventBridge tries to reach the queue before the event goes to the rule's dead-letter queue: the most it offers. */
const DELIVERY_RETRY = { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 };

export interface ConsumerProps {
  readonly definition: CompleteDefinition;
  readonly stores: Stores;
  readonly stage: Stage;
  readonly names: PipelineNames;
}

/** One way through the pipeline: rule → queue → function, with a dead-letter queue behind the rule and one behind the queue. */
export class Consumer extends Construct {
  readonly name: string;
  readonly keeps: Keeps;
  readonly rule: CfnRule;
  readonly queues: ConsumerQueues;
  readonly handler: Function;
  readonly mapping: EventSourceMapping;
  /** Messages that its function tried in vain, as the function counts them (functions/batch/telemetry.ts). */
  readonly failures: Metric;
  readonly watched: readonly Watched[];
  readonly #scopeName: string;

  constructor(scope: Construct, id: string, props: ConsumerProps) {
    super(scope, id);
    const { definition, stores, stage } = props;
    const delivery = deliveryOf(definition);
    this.#scopeName = props.names.scopeName;
    this.name = definition.name;
    this.keeps = definition.keeps;
    this.queues = new ConsumerQueues(this, 'Queues', {
      queueName: `${this.#scopeName}-${definition.name}`,
      ...delivery,
      maxReceiveCount: definition.maxReceiveCount,
    });
    this.rule = this.#rule(definition, stores);
    const warning = complexityWarning(definition);
    if (warning !== undefined) Annotations.of(this.rule).addWarningV2('sluice:pattern-complexity', warning);
    this.handler = this.#handler(props);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: this.handler,
      eventSourceArn: this.queues.queue.queueArn,
      batchSize: definition.batchSize,
      maxBatchingWindow: definition.batchingWindow,
      // not reserved concurrency, which a new account has none of to reserve
      maxConcurrency: definition.maximumConcurrency,
      reportBatchItemFailures: true,
    });
    this.failures = this.#counted('Failed');
    this.watched = (definition.watches ?? []).map((one) => ({ ...one, counted: this.#counted(one.metric) }));
    new ConsumerAlarms(this, 'Alarms', {
      consumer: this.name,
      queues: this.queues,
      handler: this.handler,
      failures: this.failures,
      watched: this.watched.filter(({ metric }) => stage.alarmOn?.includes(metric)),
      visibilityTimeout: delivery.visibilityTimeout,
      alarmTopicArn: stage.alarmTopicArn,
    });
  }

  /** What the function counts under this name. */
  #counted(metricName: string): Metric {
    return new Metric({
      namespace: this.#scopeName,
      metricName,
      dimensionsMap: { service: this.name },
      statistic: 'Sum',
      period: Duration.minutes(5),
    });
  }

  /** The lower-level construct: its pattern is EventBridge's own text, as tests and the local runtime match it. */
  #rule({ pattern }: ConsumerDefinition, { ingestBucket }: Stores): CfnRule {
    const { detail, ...pins } = pinnedTo(ingestBucket, pattern.detail);
    const rule = new CfnRule(this, 'Rule', {
      description: `Events for ${this.name}`,
      eventPattern: { ...pins, 'detail-type': pattern['detail-type'], detail },
      targets: [
        {
          id: 'Queue',
          arn: this.queues.queue.queueArn,
          deadLetterConfig: { arn: this.queues.ruleDeadLetterQueue.queueArn },
          retryPolicy: DELIVERY_RETRY,
        },
      ],
    });
    this.queues.admitRule(rule.attrArn);
    return rule;
  }

  #handler({ definition, stores, stage }: ConsumerProps): Function {
    const { queue, deadLetterQueue } = this.queues;
    const logGroup = new LogGroup(this, 'Log', {
      retention: stage.logRetention,
      removalPolicy: stage.removalPolicy,
    });
    const role = new ConsumerRole(this, 'Role', {
      queue,
      deadLetterQueue,
      logGroup,
      grants: definition.grants?.(stores) ?? [],
    });
    const common: Partial<Record<EnvironmentVariable, string>> = {
      CONSUMER_NAME: this.name,
      KEEPS: keepsText(definition.keeps),
      QUEUE_URL: queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      MAX_RECEIVE_COUNT: String(definition.maxReceiveCount),
      POWERTOOLS_SERVICE_NAME: this.name,
      // the pipeline's own, so that the failures of one stage are not counted as another's
      POWERTOOLS_METRICS_NAMESPACE: this.#scopeName,
    };
    const environment = { ...common, ...definition.environment?.(stores) };
    return withCode(
      this,
      definition,
      (code) =>
        new Function(this, 'Function', {
          description: `Drains the queue of ${this.name}`,
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          code,
          handler: 'index.handler',
          timeout: definition.timeout,
          memorySize: definition.memoryMb,
          // stack traces name the lines of functions/, not of the bundle; who reads large bodies collects them in time
          environment: { ...environment, NODE_OPTIONS: '--enable-source-maps --expose-gc' },
          // every statement is in the role already: nothing may be added behind the reader's back
          role: role.withoutPolicyUpdates(),
          logGroup,
          tracing: Tracing.ACTIVE,
          // for an event that somebody invokes the function with asynchronously: the letter is the event, so a redrive can read it
          deadLetterQueue,
        }),
    );
  }

  /** What operators and programs look the resources up by, named after the consumer: `OneConsumerQueueUrl`. */
  get outputs(): Readonly<Record<string, string>> {
    const outputs = {
      RuleName: this.rule.ref,
      QueueUrl: this.queues.queue.queueUrl,
      DeadLetterQueueUrl: this.queues.deadLetterQueue.queueUrl,
      RuleDeadLetterQueueUrl: this.queues.ruleDeadLetterQueue.queueUrl,
      FunctionName: this.handler.functionName,
      LogGroupName: this.handler.logGroup.logGroupName,
      Keeps: keepsText(this.keeps),
    };
    const id = pascalCase(this.name);
    return Object.fromEntries(Object.entries(outputs).map(([suffix, value]) => [id + suffix, value]));
  }
}
