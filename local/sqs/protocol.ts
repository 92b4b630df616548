import type { AwsError } from '../aws-error.ts';
import { jsonService, type JsonOperation } from '../aws-json.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { authorize } from '../iam.ts';
import { Input } from '../input.ts';
import { messageOperations } from './message-operations.ts';
import { moveTaskOperations } from './move-task-operations.ts';
import { queueOperations } from './queue-operations.ts';
import type { Queue } from './queues.ts';
import type { Sqs } from './sqs.ts';

/** One operation on a queue that exists. */
export interface QueueOperation {
  /** Whose permission a caller needs, where it is another's: a batch needs that of the single call. */
  readonly action?: string;
  readonly answer: (queue: Queue, input: Input, request: ServiceRequest) => unknown;
}

/** Query-protocol codes, which older SDKs read from a header, where they are not the JSON protocol's. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  QueueNameExists: 'QueueAlreadyExists',
  MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
  PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
  EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
  TooManyEntriesInBatchRequest: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
  BatchEntryIdsNotDistinct: 'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
  BatchRequestTooLong: 'AWS.SimpleQueueService.BatchRequestTooLong',
  InvalidBatchEntryId: 'AWS.SimpleQueueService.InvalidBatchEntryId',
};

/** SQS's wire protocol (JSON 1.0, target `AmazonSQS.SendMessage`). */
export function sqsService(sqs: Sqs): Service {
  const onQueue = (name: string, { action = name, answer }: QueueOperation): JsonOperation => {
    return (fields, request) => {
      const input = new Input(`SQS ${name}`, fields, 'InvalidParameterValue');
      const queue = sqs.queues.withUrl(input.text('QueueUrl'));
      authorize(request.principal, `sqs:${action}`, queue.arn);
      return answer(queue, input, request);
    };
  };
  const { ofQueues, ofOneQueue } = queueOperations(sqs);
  const operations: Record<string, JsonOperation> = {};
  for (const [name, answer] of Object.entries(ofQueues)) {
    operations[name] = (fields, { principal }) => {
      authorize(principal, `sqs:${name}`, '*');
      return answer(new Input(`SQS ${name}`, fields, 'InvalidParameterValue'));
    };
  }
  for (const [name, answer] of Object.entries(moveTaskOperations(sqs))) {
    operations[name] = (fields, { principal }) =>
      answer(new Input(`SQS ${name}`, fields, 'InvalidParameterValue'), principal);
  }
  for (const [name, operation] of Object.entries({ ...ofOneQueue, ...messageOperations(sqs) })) {
    operations[name] = onQueue(name, operation);
  }
  return jsonService({
    name: 'SQS',
    contentType: 'application/x-amz-json-1.0',
    errorNamespace: 'com.amazonaws.sqs#',
    operations,
    errorHeaders: ({ code, status }: AwsError) => ({
      'x-amzn-query-error': `${QUERY_CODES[code] ?? code};${status < 500 ? 'Sender' : 'Receiver'}`,
    }),
  });
}
