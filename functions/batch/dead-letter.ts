import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { LetterAttributes } from '../../shared/letter-attributes.ts';
import { InvalidEventError, type InvalidEventKind } from '../../shared/object-event/invalid-event-error.ts';

/** Why a message was given up. A letter without a reason was moved by SQS itself: the function died on it. */
export type DeadLetterReason = InvalidEventKind | 'retries-exhausted';

/** Why to give the message up now; undefined to try it again. */
export function deadLetterReason(
  error: unknown,
  receiveCount: number,
  maxReceiveCount: number,
): DeadLetterReason | undefined {
  if (error instanceof InvalidEventError) {
    return error.kind;
  }
  return receiveCount >= maxReceiveCount ? 'retries-exhausted' : undefined;
}

/** A message with its attributes, in bytes; beyond it SQS refuses the letter. */
const MESSAGE_BYTES = 1_048_576;
const ERROR_MESSAGE_BYTES = 1_024;

/**
 * The message attributes of a letter. Its body is the message's own, so that it can be redriven as it is.
 *
 *     Reason             retries-exhausted
 *     ErrorName          ProvisionedThroughputExceededException
 *     ErrorMessage       The level of configured provisioned throughput for the table was exceeded
 *     OriginalMessageId  059f36b4-87a3-44ab-83d2-661975830a7d
 */
export function letterAttributes(
  reason: DeadLetterReason,
  error: unknown,
  message: { readonly messageId: string; readonly body: string },
): Record<string, MessageAttributeValue> {
  const { name, message: text } =
    error instanceof Error ? error : { name: 'NonError', message: String(error) };
  const facts = {
    Reason: reason,
    ErrorName: attributeText(name, 256) || 'Error',
    OriginalMessageId: message.messageId,
  };
  // Names, values and the type `String` of each attribute count towards the size of the message.
  const taken =
    Buffer.byteLength(
      Object.entries({ ...facts, ErrorMessage: '' })
        .flat()
        .join(''),
    ) +
    4 * 'String'.length;
  const room = MESSAGE_BYTES - Buffer.byteLength(message.body) - taken;
  const errorMessage = attributeText(text, Math.min(ERROR_MESSAGE_BYTES, room)) || '-';
  const attributes: LetterAttributes = { ...facts, ErrorMessage: errorMessage };
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, { DataType: 'String', StringValue: value }]),
  );
}

/** What SQS does not take: anything outside XML 1.0, lone surrogates included. */
// oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
const REFUSED = /[^\u0009\u000a\u000d\u0020-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** The text with refused characters written as `\u0000`, cut to whole characters within the bytes. */
function attributeText(text: string, bytes: number): string {
  let size = 0;
  let kept = '';
  for (const character of text) {
    const safe = character.replace(
      REFUSED,
      (refused) => `\\u${refused.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    size += Buffer.byteLength(safe);
    if (size > bytes) {
      return kept;
    }
    kept += safe;
  }
  return kept;
}
