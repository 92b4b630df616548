import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  type DescribeArchiveResponse,
  type DescribeRuleResponse,
  type Target as RuleTarget,
} from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  ListEventSourceMappingsCommand,
  type EventSourceMappingConfiguration,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  type GetBucketNotificationConfigurationCommandOutput,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { asked, type Asked } from '../pipeline/asked.ts';
import {
  hasFunction,
  hasQueue,
  type Consumer,
  type FunctionConsumer,
  type QueuedConsumer,
} from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { lookAtExistingBucket, type ExistingBucketLook } from './existing-bucket-checks.ts';

/** As GetQueueAttributes gives them: `{"ApproximateNumberOfMessages": "3", "RedrivePolicy": "{…}"}`. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** What the services say of one consumer's way. */
export interface ConsumerLook {
  readonly consumer: Consumer;
  readonly rule: Asked<DescribeRuleResponse>;
  readonly targets: Asked<readonly RuleTarget[]>;
  readonly ruleDeadLetters: Asked<QueueAttributes>;
  /** Absent where the rule sends to no queue. */
  readonly queues?: QueuesLook;
  /** Absent where no function of the stack drains the queue. */
  readonly drain?: DrainLook;
}

/** A consumer's queue, and the one that it gives up to. */
export interface QueuesLook {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly queue: Asked<QueueAttributes>;
  readonly deadLetters: Asked<QueueAttributes>;
}

/** The function that drains a consumer's queue. */
export interface DrainLook {
  readonly functionName: string;
  /** The mappings that bring messages of this queue to this function. */
  readonly mappings: Asked<readonly EventSourceMappingConfiguration[]>;
  readonly handler: Asked<FunctionConfiguration>;
}

/** One look at all parts and joints of the pipeline, each asked for by itself. */
export interface PipelineLook {
  readonly notification: Asked<GetBucketNotificationConfigurationCommandOutput>;
  /** Absent where the stack has made the bucket. */
  readonly existingBucket?: ExistingBucketLook;
  readonly archive: Asked<DescribeArchiveResponse>;
  /** `ACTIVE` */
  readonly tables: readonly { readonly name: string; readonly status: Asked<string> }[];
  readonly consumers: readonly ConsumerLook[];
}

export async function lookAt(pipeline: Pipeline, consumers: readonly Consumer[]): Promise<PipelineLook> {
  const { s3, events, tables, deployment, ingestBucket, archiveName } = pipeline;
  const [notification, existingBucket, archive, tableStates, looks] = await Promise.all([
    asked(s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: ingestBucket })), deployment),
    pipeline.existingBucket === undefined ? undefined : lookAtExistingBucket(pipeline),
    asked(events.send(new DescribeArchiveCommand({ ArchiveName: archiveName })), deployment),
    Promise.all(
      [...pipeline.tableNames.values()].map(async (name) => ({
        name,
        status: await asked(
          tables
            .send(new DescribeTableCommand({ TableName: name }))
            .then(({ Table }) => Table?.TableStatus ?? 'unknown'),
          deployment,
        ),
      })),
    ),
    Promise.all(consumers.map((consumer) => lookAtConsumer(pipeline, consumer))),
  ]);
  return {
    notification,
    ...(existingBucket !== undefined && { existingBucket }),
    archive,
    tables: tableStates,
    consumers: looks,
  };
}

async function lookAtConsumer(pipeline: Pipeline, consumer: Consumer): Promise<ConsumerLook> {
  const { events, lambda, sqs, deployment } = pipeline;
  const { ruleName, ruleDeadLetterQueueUrl } = consumer;
  const attributesOf = (QueueUrl: string) =>
    asked(
      sqs
        .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
        .then(({ Attributes = {} }): QueueAttributes => Attributes),
      deployment,
    );
  const lookAtQueues = async ({ queueUrl, deadLetterQueueUrl }: QueuedConsumer): Promise<QueuesLook> => {
    const [queue, deadLetters] = await Promise.all([
      attributesOf(queueUrl),
      attributesOf(deadLetterQueueUrl),
    ]);
    return { queueUrl, deadLetterQueueUrl, queue, deadLetters };
  };
  const lookAtDrain = async (drained: FunctionConsumer): Promise<DrainLook> => {
    const { functionName } = drained;
    const [mappings, handler] = await Promise.all([
      asked(mappingsOf(pipeline, drained), deployment),
      asked(lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })), deployment),
    ]);
    return { functionName, mappings, handler };
  };
  const [rule, targets, ruleDeadLetters, queues, drain] = await Promise.all([
    asked(events.send(new DescribeRuleCommand({ Name: ruleName })), deployment),
    asked(
      events.send(new ListTargetsByRuleCommand({ Rule: ruleName })).then(({ Targets = [] }) => Targets),
      deployment,
    ),
    attributesOf(ruleDeadLetterQueueUrl),
    hasQueue(consumer) ? lookAtQueues(consumer) : undefined,
    hasFunction(consumer) ? lookAtDrain(consumer) : undefined,
  ]);
  return {
    consumer,
    rule,
    targets,
    ruleDeadLetters,
    ...(queues !== undefined && { queues }),
    ...(drain !== undefined && { drain }),
  };
}

/** The event source mappings that bring the consumer's queue to its function: one, where all is well. */
export async function mappingsOf(
  { lambda }: Pipeline,
  { functionName, queueUrl }: FunctionConsumer,
): Promise<readonly EventSourceMappingConfiguration[]> {
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: functionName }),
  );
  return EventSourceMappings.filter(({ EventSourceArn = '' }) => isQueue(EventSourceArn, queueUrl));
}

/** Whether the ARN `arn:aws:sqs:eu-west-1:111122223333:NAME` is that of the queue `https://…/111122223333/NAME`. */
export function isQueue(arn: string | undefined, queueUrl: string): boolean {
  const [account = '', name = ''] = queueUrl.split('/').slice(-2);
  return arn?.endsWith(`:${account}:${name}`) ?? false;
}
