import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { requireEnvironment, requireInteger } from '../../shared/environment.ts';
import type { EventFields, OutcomeFields } from '../../shared/log-fields.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { backoffSeconds } from './backoff.ts';
import { deadLetterReason, letterAttributes, type DeadLetterReason } from './dead-letter.ts';
import { logger, tally } from './telemetry.ts';

/** `failed`: the message stays in its queue. `dead-lettered`: a letter holds it, and it may be deleted. */
export type FailureSettlement = 'failed' | 'dead-lettered';

/** Decides and does what follows when a message could not be processed. One message's trouble never reaches another. */
export class SqsFailures {
  readonly #queueUrl = requireEnvironment('QUEUE_URL');
  readonly #deadLetterQueueUrl = requireEnvironment('DEAD_LETTER_QUEUE_URL');
  readonly #maxReceiveCount = requireInteger('MAX_RECEIVE_COUNT');
  readonly #sqs = new SQSClient({
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Never throws. A crash between the letter and the deletion of the message makes a second letter of the same events. */
  async settle(
    message: SQSRecord,
    error: unknown,
    events: readonly ObjectEvent[],
  ): Promise<FailureSettlement> {
    const receiveCount = receiveCountOf(message);
    const reason = deadLetterReason(error, receiveCount, this.#maxReceiveCount);
    const [event] = events;
    const about = {
      // who asks what became of an object looks for its key, and who replays for the replay's name
      bucket: event?.bucket,
      key: event?.key,
      event_name: event?.eventName,
      replay_name: event?.origin === 'backfill' ? undefined : event?.replayName,
      request_id: event?.origin === 'backfill' ? undefined : event?.requestId,
      message_id: message.messageId,
      receive_count: receiveCount,
    } satisfies EventFields & Partial<OutcomeFields>;
    if (reason === undefined) {
      logger.warn('failed, to be tried again', {
        outcome: 'failed',
        ...about,
        error,
      } satisfies EventFields & OutcomeFields);
      await this.#backOff(message, receiveCount);
    } else if (await this.#sendLetter(message, reason, error)) {
      logger.error('dead-lettered', {
        outcome: 'dead-lettered',
        ...about,
        reason,
        error,
      } satisfies EventFields & OutcomeFields);
      tally('DeadLettered');
      return 'dead-lettered';
    }
    tally('Failed');
    return 'failed';
  }

  async #sendLetter(message: SQSRecord, reason: DeadLetterReason, error: unknown): Promise<boolean> {
    try {
      await this.#sqs.send(
        new SendMessageCommand({
          QueueUrl: this.#deadLetterQueueUrl,
          MessageBody: message.body,
          MessageAttributes: letterAttributes(reason, error, message),
        }),
      );
      return true;
    } catch (refusal) {
      logger.error('the dead-letter queue refused the letter, so the message stays in its queue', {
        message_id: message.messageId,
        reason,
        error,
        refusal,
      });
      return false;
    }
  }

  async #backOff(message: SQSRecord, receiveCount: number): Promise<void> {
    try {
      await this.#sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.#queueUrl,
          ReceiptHandle: message.receiptHandle,
          VisibilityTimeout: backoffSeconds(receiveCount, this.#random()),
        }),
      );
    } catch (error) {
      logger.warn('the backoff was not set, so the message waits for its visibility timeout', {
        message_id: message.messageId,
        error,
      });
    }
  }
}

/** How often SQS has handed the message out, this time included. */
export function receiveCountOf(message: SQSRecord): number {
  return Number(message.attributes?.ApproximateReceiveCount ?? 1);
}

/** When the message was put on its queue, in milliseconds since 1970; undefined of one that somebody made by hand. */
export function sentAtMsOf(message: SQSRecord): number | undefined {
  const sentAtMs = Number(message.attributes?.SentTimestamp);
  return Number.isNaN(sentAtMs) ? undefined : sentAtMs;
}
