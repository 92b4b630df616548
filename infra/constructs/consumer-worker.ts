import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Architecture, EventSourceMapping, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { EnvironmentVariable } from '../../shared/environment.ts';
import { keepsText } from '../../shared/keeps.ts';
import type { Stores, WatchedMetric } from '../consumer-definition.ts';
import type { CompleteDefinition } from '../consumer-kinds.ts';
import type { Encrypted } from '../key-grants.ts';
import { loggedCounts, observed } from '../observed.ts';
import type { PipelineNames } from '../pipeline-names.ts';
import type { Stage } from '../stage.ts';
import { withCode } from './consumer-code.ts';
import type { WorkQueues } from './consumer-queues.ts';
import { ConsumerRole } from './consumer-role.ts';
import { HandlerCalls } from './handler-calls.ts';
import type { PrivateNetwork } from './private-network.ts';

export interface ConsumerWorkerProps {
  readonly definition: CompleteDefinition;
  readonly stores: Stores;
  readonly encrypted: readonly Encrypted[];
  /** @default a network of Lambda's */
  readonly network: PrivateNetwork | undefined;
  /** What encrypts its log. @default a key of CloudWatch Logs */
  readonly encryptionKey: IKey | undefined;
  readonly stage: Stage;
  readonly names: PipelineNames;
  readonly queues: WorkQueues;
}

/** A number of the consumer's own, and its metric. */
export interface Watched extends WatchedMetric {
  readonly counted: Metric;
}

/** What drains a consumer's queue: its function, and the mapping that feeds it. */
export class ConsumerWorker extends Construct {
  readonly handler: Function;
  readonly mapping: EventSourceMapping;
  /** Messages that its function tried in vain, as the function counts them (functions/batch/telemetry.ts). */
  readonly failures: Metric;
  readonly watched: readonly Watched[];
  /** Whether some of what its function counts stands in its log alone. */
  readonly countsInLog: boolean;
  /** What its function counts under a name, in five minutes: `Recorded` */
  readonly counted: (metricName: string) => Metric;

  constructor(scope: Construct, id: string, props: ConsumerWorkerProps) {
    super(scope, id);
    const { definition, queues } = props;
    // once: an entry may make constructs in it
    const grants = definition.grants?.(props.stores) ?? [];
    this.handler = this.#handler(props, grants);
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: this.handler,
      eventSourceArn: queues.queue.queueArn,
      batchSize: definition.batchSize,
      maxBatchingWindow: definition.batchingWindow,
      // not by reserved concurrency alone, which a new account has none of to reserve
      maxConcurrency: definition.maximumConcurrency,
      reportBatchItemFailures: true,
    });
    const calls = new HandlerCalls(this, 'HandlerCalls', {
      handler: this.handler,
      queue: queues.queue,
      grants,
    });
    // nothing is polled before it may be worked on
    this.mapping.node.addDependency(calls);
    this.countsInLog = loggedCounts(definition, props.stage).length > 0;
    this.counted = (metricName) => counted(metricName, props);
    this.failures = this.counted('Failed');
    this.watched = (definition.watches ?? []).map((one) => ({ ...one, counted: this.counted(one.metric) }));
  }

  #handler(props: ConsumerWorkerProps, grants: readonly PolicyStatement[]): Function {
    const { definition, stores, encrypted, encryptionKey, network, stage, names, queues } = props;
    const { queue, deadLetterQueue } = queues;
    const { name } = definition;
    const logGroup = new LogGroup(this, 'Log', {
      retention: stage.logRetention,
      removalPolicy: stage.removalPolicy,
      ...(encryptionKey !== undefined && { encryptionKey }),
    });
    const role = new ConsumerRole(this, 'Role', {
      queue,
      deadLetterQueue,
      logGroup,
      grants,
      encrypted,
      isInNetwork: network !== undefined,
    });
    const common: Partial<Record<EnvironmentVariable, string>> = {
      CONSUMER_NAME: name,
      KEEPS: keepsText(definition.keeps),
      QUEUE_URL: queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      MAX_RECEIVE_COUNT: String(definition.maxReceiveCount),
      POWERTOOLS_SERVICE_NAME: name,
      // the pipeline's own, so that the failures of one stage are not counted as another's
      POWERTOOLS_METRICS_NAMESPACE: names.scopeName,
      ...logging(props),
    };
    const environment = { ...common, ...definition.environment?.(stores) };
    return withCode(
      this,
      definition,
      (code) =>
        new Function(this, 'Function', {
          description: `Drains the queue of ${name}`,
          runtime: Runtime.NODEJS_24_X,
          architecture: Architecture.ARM_64,
          code,
          handler: 'index.handler',
          timeout: definition.timeout,
          memorySize: definition.memoryMb,
          // stack traces name the lines of functions/, not of the bundle; who reads large bodies collects them in time
          environment: { ...environment, NODE_OPTIONS: '--enable-source-maps --expose-gc' },
          // every statement is in policies already: nothing may be added behind the reader's back
          role: role.withoutPolicyUpdates(),
          logGroup,
          ...network?.placement,
          ...(stage.reservedConcurrency && {
            reservedConcurrentExecutions: definition.maximumConcurrency,
          }),
          tracing: observed(stage).traces ? Tracing.ACTIVE : Tracing.PASS_THROUGH,
          // for an event that somebody invokes the function with asynchronously: the letter is the event, so a redrive can read it
          deadLetterQueue,
        }),
    );
  }
}

/** What is less than everything in its log and in CloudWatch. */
function logging({ definition, stage }: ConsumerWorkerProps): Partial<Record<EnvironmentVariable, string>> {
  const counts = loggedCounts(definition, stage);
  const { logSuccesses } = observed(stage);
  return {
    ...(counts.length > 0 && { LOGGED_COUNTS: counts.join(',') }),
    // of one that keeps nothing, its log alone says what became of an object
    ...(logSuccesses < 1 && definition.keeps !== 'nothing' && { LOGGED_SUCCESSES: String(logSuccesses) }),
  };
}

/** What the function counts under this name. */
function counted(
  metricName: string,
  { definition, names }: Pick<ConsumerWorkerProps, 'definition' | 'names'>,
): Metric {
  return new Metric({
    namespace: names.scopeName,
    metricName,
    dimensionsMap: { service: definition.name },
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}
