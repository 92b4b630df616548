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
import type { Consumer, Pipeline } from '../pipeline/pipeline.ts';

/** As GetQueueAttributes gives them: `{"ApproximateNumberOfMessages": "3", "RedrivePolicy": "{…}"}`. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** What the services say of one consumer's way. */
export interface ConsumerLook {
  readonly consumer: Consumer;
  readonly rule: Asked<DescribeRuleResponse>;
  readonly targets: Asked<readonly RuleTarget[]>;
  readonly queue: Asked<QueueAttributes>;
  readonly deadLetters: Asked<QueueAttributes>;
  readonly ruleDeadLetters: Asked<QueueAttributes>;
  /** The mappings that bring messages of this queue to this function. */
  readonly mappings: Asked<readonly EventSourceMappingConfiguration[]>;
  readonly handler: Asked<FunctionConfiguration>;
}

/** One look at all parts and joints of the pipeline, each asked for by itself. */
export interface PipelineLook {
  readonly notification: Asked<GetBucketNotificationConfigurationCommandOutput>;
  readonly archive: Asked<DescribeArchiveResponse>;
  /** `ACTIVE` */
  readonly tables: readonly { readonly name: string; readonly status: Asked<string> }[];
  readonly consumers: readonly ConsumerLook[];
}

export async function lookAt(pipeline: Pipeline, consumers: readonly Consumer[]): Promise<PipelineLook> {
  const { s3, events, tables, deployment, ingestBucket, archiveName } = pipeline;
  const [notification, archive, tableStates, looks] = await Promise.all([
    asked(s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: ingestBucket })), deployment),
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
  return { notification, archive, tables: tableStates, consumers: looks };
}

async function lookAtConsumer(pipeline: Pipeline, consumer: Consumer): Promise<ConsumerLook> {
  const { events, lambda, sqs, deployment } = pipeline;
  const { ruleName, functionName, queueUrl, deadLetterQueueUrl, ruleDeadLetterQueueUrl } = consumer;
  const attributesOf = (QueueUrl: string) =>
    asked(
      sqs
        .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
        .then(({ Attributes = {} }): QueueAttributes => Attributes),
      deployment,
    );
  const [rule, targets, queue, deadLetters, ruleDeadLetters, mappings, handler] = await Promise.all([
    asked(events.send(new DescribeRuleCommand({ Name: ruleName })), deployment),
    asked(
      events.send(new ListTargetsByRuleCommand({ Rule: ruleName })).then(({ Targets = [] }) => Targets),
      deployment,
    ),
    attributesOf(queueUrl),
    attributesOf(deadLetterQueueUrl),
    attributesOf(ruleDeadLetterQueueUrl),
    asked(mappingsOf(pipeline, consumer), deployment),
    asked(lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName })), deployment),
  ]);
  return { consumer, rule, targets, queue, deadLetters, ruleDeadLetters, mappings, handler };
}

/** The event source mappings that bring the consumer's queue to its function: one, where all is well. */
export async function mappingsOf(
  { lambda }: Pipeline,
  { functionName, queueUrl }: Consumer,
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
