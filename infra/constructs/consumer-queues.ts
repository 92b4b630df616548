import { Stack, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, RedrivePermission, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface ConsumerQueuesProps {
  readonly deadLetterRetention: Duration;
  /** @default a key of SQS's own */
  readonly encryptionKey: IKey | undefined;
  /** @default none: the rule's target is elsewhere */
  readonly work?: WorkQueueProps;
}

export interface WorkQueueProps {
  /** Physical name of the queue. */
  readonly queueName: string;
  readonly visibilityTimeout: Duration;
  readonly maxReceiveCount: number;
  readonly retention: Duration;
}

/** The queue that the rule fills, and where SQS puts what was received too often. */
export interface WorkQueues {
  readonly queue: Queue;
  /** What could not be processed. */
  readonly deadLetterQueue: Queue;
}

/**
 * The dead-letter queue of a consumer's rule and, where the rule's target is a queue, that one and its dead-letter queue. All
 * are encrypted by SQS, which EventBridge can write to without a key policy, or by a key whose policy lets it.
 */
export class ConsumerQueues extends Construct {
  readonly work: WorkQueues | undefined;
  /** What EventBridge could not deliver. */
  readonly ruleDeadLetterQueue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { work, deadLetterRetention, encryptionKey }: ConsumerQueuesProps,
  ) {
    super(scope, id);
    const guarded = {
      enforceSSL: true,
      ...(encryptionKey === undefined
        ? { encryption: QueueEncryption.SQS_MANAGED }
        : { encryption: QueueEncryption.KMS, encryptionMasterKey: encryptionKey }),
    };
    const deadLetterQueue =
      work && this.#deadLetterQueue(work, { ...guarded, retentionPeriod: deadLetterRetention });
    this.ruleDeadLetterQueue = new Queue(this, 'RuleDeadLetterQueue', {
      ...guarded,
      retentionPeriod: deadLetterRetention,
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
    });
    if (work === undefined || deadLetterQueue === undefined) return;
    const queue = new Queue(this, 'Queue', {
      ...guarded,
      queueName: work.queueName,
      visibilityTimeout: work.visibilityTimeout,
      retentionPeriod: work.retention,
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: work.maxReceiveCount },
    });
    this.work = { queue, deadLetterQueue };
  }

  #deadLetterQueue({ queueName }: WorkQueueProps, kept: QueueProps): Queue {
    // by name: the two queues name each other, and CloudFormation cannot create a circle
    const arn = Stack.of(this).formatArn({ service: 'sqs', resource: queueName });
    return new Queue(this, 'DeadLetterQueue', {
      ...kept,
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [Queue.fromQueueArn(this, 'Source', arn)],
      },
    });
  }

  /** Those that there are. */
  get all(): readonly Queue[] {
    const { work, ruleDeadLetterQueue } = this;
    return work === undefined
      ? [ruleDeadLetterQueue]
      : [work.queue, work.deadLetterQueue, ruleDeadLetterQueue];
  }

  /** Lets EventBridge in on behalf of one rule: into the queue, and when that fails into the rule's dead-letter queue. */
  admitRule(ruleArn: string): void {
    const filled = this.work === undefined ? [] : [this.work.queue];
    for (const queue of [...filled, this.ruleDeadLetterQueue]) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
        }),
      );
    }
  }
}
