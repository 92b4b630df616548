import { AwsError } from '../protocols/aws-error.ts';
import { jsonService, type JsonOperation } from '../protocols/aws-json.ts';
import type { Service } from '../gateway.ts';
import { AccessDeniedError, authorize, type Principal } from '../iam.ts';
import { Input } from '../protocols/input.ts';
import { messageOperations } from './message-operations.ts';
import { queryService, type QueryOperation } from '../protocols/query-service.ts';
import { moveTaskOperations } from './move-task-operations.ts';
import { inputOfForm } from './query-form.ts';
import { resultOf } from './query-result.ts';
import type { QueueOperation } from './queue-operation.ts';
import { KEY_ACTIONS, queueKeyUse } from './queue-key.ts';
import { queueOperations } from './queue-operations.ts';
import type { Queue } from './queues.ts';
import type { Sqs } from './sqs.ts';

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
  KmsAccessDenied: 'KMS.AccessDeniedException',
};

/** Error codes that the JSON protocol gives another name. */
const JSON_TYPES: Readonly<Record<string, string>> = {
  InvalidParameterValue: 'InvalidParameterValueException',
  MissingParameter: 'MissingRequiredParameterException',
};

const inputOf = (operation: string, fields: Readonly<Record<string, unknown>>) =>
  new Input(`SQS ${operation}`, fields, 'InvalidParameterValue', 'MissingParameter');

/** SQS's wire protocols: JSON 1.0 (target `AmazonSQS.SendMessage`), and the query protocol that older clients speak. */
export function sqsServices(sqs: Sqs): { readonly json: Service; readonly query: Service } {
  const operations = operationsOf(sqs);
  return {
    json: jsonService({
      name: 'SQS',
      contentType: 'application/x-amz-json-1.0',
      errorNamespace: 'com.amazonaws.sqs#',
      errorTypes: JSON_TYPES,
      operations,
      errorHeaders: ({ code, status }: AwsError) => ({
        'x-amzn-query-error': `${QUERY_CODES[code] ?? code};${status < 500 ? 'Sender' : 'Receiver'}`,
      }),
    }),
    query: queryService({
      name: 'SQS',
      namespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
      codes: QUERY_CODES,
      operations: Object.fromEntries(
        Object.entries(operations).map(([name, operation]) => [name, overForms(name, operation)]),
      ),
    }),
  };
}

function overForms(name: string, operation: JsonOperation): QueryOperation {
  return async (parameters, request) => {
    // the path names the queue, and some clients leave it at that
    const url = /^\/\d{12}\/[^/]+$/.test(request.path) ? { QueueUrl: request.path } : {};
    const output = await operation({ ...url, ...inputOfForm(parameters) }, request);
    return output === undefined ? undefined : resultOf(name, output as Readonly<Record<string, unknown>>);
  };
}

/** @throws AwsError `KmsAccessDenied` where the caller may not use the key of the queue */
function authorizeKey({ keys }: Sqs, queue: Queue, action: string, principal: Principal): void {
  const actions = KEY_ACTIONS[action];
  if (actions === undefined) return;
  try {
    keys.authorize(principal, { ...queueKeyUse(queue), actions });
  } catch (error) {
    if (!(error instanceof AccessDeniedError)) throw error;
    throw new AwsError('KmsAccessDenied', error.message);
  }
}

function operationsOf(sqs: Sqs): Readonly<Record<string, JsonOperation>> {
  const onQueue =
    (name: string, { action = name, answer }: QueueOperation): JsonOperation =>
    (fields, request) => {
      const input = inputOf(name, fields);
      const queue = sqs.queues.withUrl(input.text('QueueUrl'));
      authorize(request.principal, `sqs:${action}`, queue.arn, { policy: queue.settings.policy });
      authorizeKey(sqs, queue, action, request.principal);
      return answer(queue, input, request);
    };
  const { ofQueues, ofOneQueue } = queueOperations(sqs);
  const operations: Record<string, JsonOperation> = {};
  for (const [name, answer] of Object.entries(ofQueues)) {
    operations[name] = (fields, { principal }) => {
      authorize(principal, `sqs:${name}`, '*');
      return answer(inputOf(name, fields));
    };
  }
  for (const [name, answer] of Object.entries(moveTaskOperations(sqs))) {
    operations[name] = (fields, { principal }) => answer(inputOf(name, fields), principal);
  }
  for (const [name, operation] of Object.entries({ ...ofOneQueue, ...messageOperations(sqs) })) {
    operations[name] = onQueue(name, operation);
  }
  return operations;
}
