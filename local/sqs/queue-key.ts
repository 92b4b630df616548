import type { KeyUse } from '../kms/kms-keys.ts';
import type { Queue } from './queues.ts';

/** What SQS does with the key of a queue for a sender: the data key that it makes is read again. */
export const SENDING = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** What it does for a receiver. */
const RECEIVING = ['kms:Decrypt'];

/** By the action that a caller must be allowed on the queue. Nothing else opens a message. */
export const KEY_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  SendMessage: SENDING,
  ReceiveMessage: RECEIVING,
};

/** The use of a queue's key, but what is done with it. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html */
export function queueKeyUse({ arn, settings }: Pick<Queue, 'arn' | 'settings'>): Omit<KeyUse, 'actions'> {
  return { key: settings.key?.id, via: 'sqs', encryptionContext: { 'aws:sqs:arn': arn } };
}
