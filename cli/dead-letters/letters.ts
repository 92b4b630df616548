import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { letterOf, type Letter, type LetterSource } from './letter.ts';
import { hasQueue, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { DEPTH_ATTRIBUTES, depthIn, type QueueDepth } from '../pipeline/queue-depth.ts';

/** What one request of SQS takes. */
export const BATCH = 10;

/**
 * How long a letter in hand stays invisible to others: what a killed command had in hand is back after that. Letters
 * that are looked at for longer are only received once more.
 */
const IN_HAND_SECONDS = 60;

// an empty answer of a long poll has asked every server of SQS; the local queues have one
const LONG_POLL_SECONDS = 2;

/** After so many portions in a row that bring nothing but letters seen before, or newer than the beginning, all are seen. */
const MOST_WITHOUT_NEW = 3;

export function sourcesOf(
  consumers: readonly Consumer[],
  kinds: readonly LetterSource['kind'][] = ['queue', 'rule'],
): LetterSource[] {
  return consumers.flatMap((consumer) =>
    kinds.flatMap((kind): LetterSource[] => {
      if (kind === 'rule') return [{ consumer, kind, queueUrl: consumer.ruleDeadLetterQueueUrl }];
      return hasQueue(consumer) ? [{ consumer, kind, queueUrl: consumer.deadLetterQueueUrl }] : [];
    }),
  );
}

/** How many letters a queue holds, about, and for how long it keeps them. */
export async function letterCount(
  { sqs }: Pipeline,
  { queueUrl }: LetterSource,
): Promise<QueueDepth & { readonly retentionMs: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: [...DEPTH_ATTRIBUTES, 'MessageRetentionPeriod'],
    }),
  );
  return {
    ...depthIn(Attributes),
    retentionMs: Number(Attributes.MessageRetentionPeriod) * 1_000,
  };
}

/** A letter in hand. */
export interface TakenLetter extends Letter {
  /** Whether it came after the taking had begun. */
  readonly isNew: boolean;
}

/**
 * Takes every letter of a queue in hand once, in portions of at most ten: the next portion is received when the last
 * one has been dealt with. It ends also where a consumer that fails brings letters as fast as they are taken: those that
 * came after the beginning do not keep it going. Whoever keeps a letter must `release` it, or it comes back by itself after a minute.
 */
export async function* takeLetters(
  pipeline: Pipeline,
  source: LetterSource,
): AsyncGenerator<readonly TakenLetter[]> {
  const { sqs, deployment } = pipeline;
  const begunMs = (await pipeline.now()).getTime();
  const seen = new Set<string>();
  for (let withoutNew = 0; withoutNew < MOST_WITHOUT_NEW;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: source.queueUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: IN_HAND_SECONDS,
        WaitTimeSeconds: deployment.kind === 'local' ? 0 : LONG_POLL_SECONDS,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    if (Messages.length === 0) return;
    // the clock of SQS in AWS is never set back, and that of who asks may be behind it
    const latestMs = deployment.kind === 'local' ? (await pipeline.now()).getTime() : Infinity;
    const letters = Messages.map((message) => {
      const letter = letterOf(source, message);
      const sentMs = Date.parse(letter.sentAt);
      // one from the future was there: the clock has been set back since it was sent
      return { ...letter, isNew: sentMs > begunMs && sentMs <= latestMs };
    }).filter(({ messageId }) => !seen.has(messageId));
    for (const { messageId } of letters) seen.add(messageId);
    withoutNew = letters.some(({ isNew }) => !isNew) ? 0 : withoutNew + 1;
    if (letters.length > 0) yield letters;
  }
}

/** Puts letters back at once. One whose time in hand is over is back already. */
export async function releaseLetters(
  { sqs }: Pipeline,
  { queueUrl }: LetterSource,
  letters: readonly Letter[],
): Promise<void> {
  for (let at = 0; at < letters.length; at += BATCH) {
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: letters.slice(at, at + BATCH).map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    );
  }
}

export interface LookOptions {
  /** How many letters are looked at in each queue. @default all */
  readonly most?: number;
  /** Asked with each portion: whether it was the last that is needed. @default never */
  readonly isEnough?: (portion: readonly Letter[]) => boolean;
  readonly signal: AbortSignal;
}

/** Looks at the letters of a queue and leaves them there. Their receive counts grow by one, which nothing depends on. */
export async function lookAtLetters(
  pipeline: Pipeline,
  source: LetterSource,
  { most = Infinity, isEnough = () => false, signal }: LookOptions,
): Promise<readonly Letter[]> {
  const letters: Letter[] = [];
  try {
    for await (const portion of takeLetters(pipeline, source)) {
      letters.push(...portion);
      if (isEnough(portion) || letters.length >= most || signal.aborted) break;
    }
  } finally {
    await releaseLetters(pipeline, source, letters);
  }
  return letters;
}
