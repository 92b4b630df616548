import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import type { Input } from '../protocols/input.ts';
import type { QueueOperation } from './queue-operation.ts';
import { Purges } from './purges.ts';
import { attributesOf, withAttributes } from './queue-settings.ts';
import type { Queue } from './queues.ts';
import type { Sqs } from './sqs.ts';

const MOST_LISTED = 1_000;

/** Operations on the queues themselves. */
export function queueOperations(sqs: Sqs): {
  readonly ofQueues: Readonly<Record<string, (input: Input) => unknown>>;
  readonly ofOneQueue: Readonly<Record<string, QueueOperation>>;
} {
  const { queues } = sqs;
  const purges = new Purges(sqs.clock);
  return {
    ofQueues: {
      CreateQueue: (input) => ({ QueueUrl: sqs.urlOf(create(sqs, input)) }),
      GetQueueUrl(input) {
        const name = input.text('QueueName');
        input.passOver('QueueOwnerAWSAccountId');
        input.finish();
        return { QueueUrl: sqs.urlOf(queues.named(name)) };
      },
      ListQueues(input) {
        const prefix = input.optionalText('QueueNamePrefix') ?? '';
        const most = input.integer('MaxResults', 1, MOST_LISTED) ?? MOST_LISTED;
        const after = input.optionalText('NextToken');
        input.finish();
        const names = queues
          .all()
          .filter(({ name }) => name.startsWith(prefix) && (after === undefined || name > after));
        const page = names.slice(0, most);
        return {
          QueueUrls: page.map((queue) => sqs.urlOf(queue)),
          ...(names.length > page.length && { NextToken: page.at(-1)?.name }),
        };
      },
    },
    ofOneQueue: {
      DeleteQueue: {
        answer(queue, input) {
          input.finish();
          sqs.store.transaction(() => {
            sqs.messages.purge(queue);
            queues.delete(queue.name);
          });
        },
      },
      PurgeQueue: {
        answer(queue, input) {
          input.finish();
          purges.begin(queue);
          sqs.messages.purge(queue);
        },
      },
      GetQueueAttributes: { answer: (queue, input) => ({ Attributes: wantedAttributes(sqs, queue, input) }) },
      SetQueueAttributes: {
        answer(queue, input) {
          const attributes = stringMap(input, 'Attributes');
          input.finish();
          queues.change(queue.name, withAttributes(attributes, queue.settings));
          sqs.wakeSweep();
        },
      },
      ListDeadLetterSourceQueues: {
        answer(queue, input) {
          input.passOver('MaxResults');
          input.finish();
          const sources = queues
            .all()
            .filter(({ settings }) => settings.redrive?.deadLetterTargetArn === queue.arn);
          return { queueUrls: sources.map((source) => sqs.urlOf(source)) };
        },
      },
    },
  };
}

/** Repeatable: the same name with the same attributes is the same queue. */
function create(sqs: Sqs, input: Input): Queue {
  const name = input.text('QueueName');
  const attributes = stringMap(input, 'Attributes');
  input.passOver('tags');
  input.finish();
  if (attributes['FifoQueue'] !== undefined || name.endsWith('.fifo')) throw notImplemented('SQS FIFO queue');
  if (!/^[\w-]{1,80}$/.test(name)) {
    throw new AwsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  }
  const existing = sqs.queues.find(name);
  if (existing === undefined) {
    sqs.wakeSweep();
    return sqs.queues.create(name, withAttributes(attributes));
  }
  const differs =
    JSON.stringify(withAttributes(attributes, existing.settings)) !== JSON.stringify(existing.settings);
  if (differs) {
    throw new AwsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for an attribute: ${name}`,
    );
  }
  return existing;
}

function wantedAttributes(sqs: Sqs, queue: Queue, input: Input): Record<string, string> {
  const wanted = input.texts('AttributeNames');
  input.finish();
  const { visible, inFlight, delayed } = sqs.stats(queue);
  const attributes: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAtMs / 1_000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAtMs / 1_000)),
    ...attributesOf(queue.settings),
  };
  if (wanted.includes('All')) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted.includes(name)));
}

function stringMap(input: Input, name: string): Record<string, string> {
  const map = input.map(name) ?? {};
  for (const [key, value] of Object.entries(map)) {
    if (typeof value !== 'string') input.refuse(name, `the value of ${key} must be a string`);
  }
  return map as Record<string, string>;
}
