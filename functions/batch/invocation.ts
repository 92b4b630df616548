import type { Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { InvalidEventError } from '../../shared/object-event/invalid-event-error.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { parseObjectEvents, parseObjectEventText } from '../../shared/object-event/object-event-parser.ts';
import { requireEnvironment } from '../../shared/environment.ts';
import { parseKeeps } from '../../shared/keeps.ts';
import { concurrently } from '../../shared/concurrency.ts';
import { REDRIVEN_ATTRIBUTE } from '../../shared/letter-attributes.ts';
import { Deadline } from './deadline.ts';
import type { Outcome } from './outcome.ts';
import { skipNames, type SkipNames } from './skip-names.ts';
import { receiveCountOf, sentAtMsOf, SqsFailures } from './sqs-failures.ts';
import { logger, measureAge, publishMetrics, tally } from './telemetry.ts';

/** A Lambda handler; it answers an SQS batch, or with counts when it was given events directly. */
export type Handler = (payload: unknown, context: Context) => Promise<SQSBatchResponse | DirectAnswer>;

/** What became of the events of a direct invocation. */
interface DirectAnswer {
  readonly written: number;
  readonly superseded: number;
  readonly skipped: number;
}

/** The events of one message, or one event that came directly. Names that the consumer skips are left out. */
export interface Delivery {
  readonly events: readonly ObjectEvent[];
  readonly messageId: string | undefined;
  readonly receiveCount: number;
  /** When the message was put on its queue, by the queue's clock, in milliseconds since 1970. */
  readonly sentAtMs: number | undefined;
  readonly isRedriven: boolean;
}

export interface InvocationOptions {
  /**
   * Who hands the events over. `direct`: S3's own notification, or an operator, and no queue: then the variables that tell of
   * the consumer's queue and of what it keeps are not read, and an SQS batch is refused. @default queue
   */
  readonly trigger?: 'queue' | 'direct';
  /** Time kept for letters, backoff and the answer; never more than a quarter of what there is. @default 2,000 */
  readonly reserveMs?: number;
  /** In [0, 1), for the random half of the backoff. @default Math.random */
  readonly random?: () => number;
}

/** One per event of the delivery. */
export type Results = readonly PromiseSettledResult<Outcome>[];

/** Works through the deliveries and settles each as soon as its results are known. */
export type Work = (
  deliveries: readonly Delivery[],
  scope: { readonly deadline: Deadline; readonly context: Context },
  settle: (delivery: Delivery, results: Results) => Promise<void>,
) => Promise<void>;

/** @throws while the module loads, when the environment lacks a variable. */
export function invocationHandler(work: Work, options: InvocationOptions): Handler {
  const isDirect = options.trigger === 'direct';
  const failures = isDirect ? undefined : new SqsFailures(options.random ?? Math.random);
  const skip = skipNames(isDirect ? 'nothing' : parseKeeps(requireEnvironment('KEEPS')));
  return async (payload, context) => {
    logger.addContext(context);
    using deadline = new Deadline(() => context.getRemainingTimeInMillis(), options.reserveMs ?? 2_000);
    const scope = { deadline, context };
    try {
      if (!isSqsBatch(payload)) return await answerDirectly(payload, work, scope, skip);
      if (failures === undefined) {
        throw new Error(
          "messages of an SQS queue came to a handler with trigger: 'direct': leave that option out, and set what tells of the queue",
        );
      }
      return await answerBatch(payload.Records, work, scope, failures, skip);
    } finally {
      publishMetrics();
    }
  };
}

async function answerBatch(
  messages: readonly SQSRecord[],
  work: Work,
  scope: Parameters<Work>[1],
  failures: SqsFailures,
  skip: SkipNames,
): Promise<SQSBatchResponse> {
  // Every message counts as failed until it is known to be done with, so that none is forgotten.
  const unfinished = new Set(messages);
  const handleFailure = async (
    message: SQSRecord,
    error: unknown,
    events: readonly ObjectEvent[] = [],
  ): Promise<void> => {
    if ((await failures.settle(message, error, events)) === 'dead-lettered') {
      unfinished.delete(message);
    }
  };
  const messageOf = new Map<Delivery, SQSRecord>();
  const unreadable: { message: SQSRecord; error: unknown }[] = [];
  // Those nearest to their last receive first: should the time run out, it runs out for those that can come back.
  for (const message of messages.toSorted((left, right) => receiveCountOf(right) - receiveCountOf(left))) {
    try {
      const { messageId } = message;
      const events = skip(parseObjectEventText(message.body), messageId);
      const isRedriven = message.messageAttributes?.[REDRIVEN_ATTRIBUTE] !== undefined;
      messageOf.set(
        {
          events,
          messageId,
          receiveCount: receiveCountOf(message),
          sentAtMs: sentAtMsOf(message),
          isRedriven,
        },
        message,
      );
    } catch (error) {
      unreadable.push({ message, error });
    }
  }
  await concurrently(unreadable, 10, ({ message, error }) => handleFailure(message, error));
  await work([...messageOf.keys()], scope, async (delivery, results) => {
    const message = messageOf.get(delivery);
    if (message === undefined) {
      return;
    }
    count(delivery.events, results);
    const errors = errorsOf(results);
    if (errors.length === 0) {
      unfinished.delete(message);
    } else {
      // A body with a transient failure is worth another try, whatever else is wrong with it.
      const error = errors.find((error) => !(error instanceof InvalidEventError)) ?? errors[0];
      await handleFailure(message, error, delivery.events);
    }
  });
  return { batchItemFailures: [...unfinished].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** @throws what an event failed with, or an AggregateError of several, once all events have been tried. */
async function answerDirectly(
  payload: unknown,
  work: Work,
  scope: Parameters<Work>[1],
  skip: SkipNames,
): Promise<DirectAnswer | (DirectAnswer & SQSBatchResponse)> {
  const parsed = parseObjectEvents(payload);
  const events = skip(parsed, undefined);
  const all: PromiseSettledResult<Outcome>[] = [];
  const deliveries = events.map((event) => ({
    events: [event],
    messageId: undefined,
    receiveCount: 1,
    sentAtMs: undefined,
    isRedriven: false,
  }));
  await work(deliveries, scope, async (delivery, results) => {
    count(delivery.events, results);
    all.push(...results);
  });
  const errors = errorsOf(all);
  if (errors.length > 0) {
    tally('Failed', errors.length);
    logger.error('failed, and thrown back to Lambda', {
      failed: errors.length,
      of: events.length,
      error: errors[0],
    });
    throw errors.length === 1
      ? errors[0]
      : new AggregateError(
          errors,
          `${errors.length} of ${events.length} events failed, the first with: ${String(errors[0])}`,
        );
  }
  const outcomes = all.map((result) => result.status === 'fulfilled' && result.value);
  const number = (outcome: Outcome): number => outcomes.filter((value) => value === outcome).length;
  return {
    written: number('recorded'),
    superseded: number('superseded'),
    skipped: number('skipped') + parsed.length - events.length,
    // An empty `Records` may be a queue's or a notification's; the answer does for both.
    ...(isEmptyBatch(payload) && { batchItemFailures: [] }),
  };
}

function count(events: readonly ObjectEvent[], results: Results): void {
  for (const [index, result] of results.entries()) {
    const event = events[index];
    if (result.status === 'fulfilled') {
      tally(({ recorded: 'Recorded', superseded: 'Superseded', skipped: 'Skipped' } as const)[result.value]);
      if (event !== undefined && result.value === 'recorded') {
        measureAge(event);
      }
    }
  }
}

function errorsOf(results: Results): unknown[] {
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
}

function isEmptyBatch(payload: unknown): boolean {
  const records = (payload as { Records?: unknown } | null)?.Records;
  return Array.isArray(records) && records.length === 0;
}

function isSqsBatch(payload: unknown): payload is { Records: SQSRecord[] } {
  const records = (payload as { Records?: unknown } | null)?.Records;
  return Array.isArray(records) && records.length > 0 && records.every(isSqsRecord);
}

function isSqsRecord(record: { eventSource?: unknown; messageId?: unknown; body?: unknown } | null): boolean {
  return (
    record?.eventSource === 'aws:sqs' &&
    typeof record.messageId === 'string' &&
    typeof record.body === 'string'
  );
}
