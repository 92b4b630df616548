import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetFunctionCommand, GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Thief, Tries } from './scene.ts';

const takeFrom = async ({ sqs }: Thief, QueueUrl: string) =>
  await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 0 }));

const count = async ({ sqs }: Thief, QueueUrl: string) =>
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

const sendTo = async ({ sqs }: Thief, QueueUrl: string) =>
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"Records":[]}' }));

/** What can be tried with one consumer's queues, rule, log and function. @param id as its outputs begin: `MetadataWriter` */
export const triesOfConsumer = (id: string): Tries => ({
  [`${id}: take from its queue`]: (thief) => takeFrom(thief, thief.told(`${id}QueueUrl`)),
  [`${id}: take a letter`]: (thief) => takeFrom(thief, thief.told(`${id}DeadLetterQueueUrl`)),
  [`${id}: take what was not delivered`]: (thief) =>
    takeFrom(thief, thief.told(`${id}RuleDeadLetterQueueUrl`)),
  [`${id}: hide a message in its queue`]: (thief) =>
    thief.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: thief.told(`${id}QueueUrl`),
        ReceiptHandle: 'none',
        VisibilityTimeout: 43_200,
      }),
    ),
  [`${id}: send to its queue`]: (thief) => sendTo(thief, thief.told(`${id}QueueUrl`)),
  [`${id}: send a letter`]: (thief) => sendTo(thief, thief.told(`${id}DeadLetterQueueUrl`)),
  [`${id}: count its queue`]: (thief) => count(thief, thief.told(`${id}QueueUrl`)),
  [`${id}: count its letters`]: (thief) => count(thief, thief.told(`${id}DeadLetterQueueUrl`)),
  [`${id}: purge its queue`]: (thief) =>
    thief.sqs.send(new PurgeQueueCommand({ QueueUrl: thief.told(`${id}QueueUrl`) })),
  [`${id}: see its rule`]: (thief) =>
    thief.events.send(new DescribeRuleCommand({ Name: thief.told(`${id}RuleName`) })),
  [`${id}: switch its rule`]: (thief) =>
    thief.events.send(new EnableRuleCommand({ Name: thief.told(`${id}RuleName`) })),
  [`${id}: read its log`]: (thief) =>
    thief.logs.send(new FilterLogEventsCommand({ logGroupName: thief.told(`${id}LogGroupName`), limit: 1 })),
  [`${id}: see how its function is set`]: (thief) =>
    thief.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: thief.told(`${id}FunctionName`) })),
  [`${id}: get its code`]: (thief) =>
    thief.lambda.send(new GetFunctionCommand({ FunctionName: thief.told(`${id}FunctionName`) })),
  [`${id}: invoke its function`]: (thief) =>
    thief.lambda.send(
      new InvokeCommand({ FunctionName: thief.told(`${id}FunctionName`), Payload: '{"Records":[]}' }),
    ),
});
