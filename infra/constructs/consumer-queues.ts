import { Stack, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface ConsumerQueuesProps {
  /** Physical name of the queue. */
  readonly queueName: string;
  readonly visibilityTimeout: Duration;
  readonly maxReceiveCount: number;
  readonly retention: Duration;
  readonly deadLetterRetention: Duration;
}

/** A consumer's queue and its two dead-letter queues. All are encrypted by SQS, which EventBridge can write to without a key policy. */
export class ConsumerQueues extends Construct {
  readonly queue: Queue;
  /** What the function could not process. */
  readonly deadLetterQueue: Queue;
  /** What EventBridge could not deliver. */
  readonly ruleDeadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: ConsumerQueuesProps) {
    super(scope, id);
    const { queueName, deadLetterRetention: retentionPeriod } = props;
    const guarded = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      ...guarded,
      retentionPeriod,
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        // by name: the two queues name each other, and CloudFormation cannot create a circle
        sourceQueues: [
          Queue.fromQueueArn(
            this,
            'Source',
            Stack.of(this).formatArn({ service: 'sqs', resource: queueName }),
          ),
        ],
      },
    });
    this.ruleDeadLetterQueue = new Queue(this, 'RuleDeadLetterQueue', {
      ...guarded,
      retentionPeriod,
      redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
    });
    this.queue = new Queue(this, 'Queue', {
      ...guarded,
      queueName,
      visibilityTimeout: props.visibilityTimeout,
      retentionPeriod: props.retention,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: props.maxReceiveCount },
    });
  }

  /** Lets EventBridge in on behalf of one rule: into the queue, and when that fails into the rule's dead-letter queue. */
  admitRule(ruleArn: string): void {
    for (const queue of [this.queue, this.ruleDeadLetterQueue]) {
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
