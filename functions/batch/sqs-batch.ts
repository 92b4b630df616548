import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import type { BatchFields, EventFields, OutcomeFields } from '../../shared/log-fields.ts';
import { concurrently } from '../../shared/concurrency.ts';
import type { Deadline } from './deadline.ts';
import type { LineLogger } from './event-logger.ts';
import {
  invocationHandler,
  type Delivery,
  type Handler,
  type InvocationOptions,
  type Results,
} from './invocation.ts';
import { loggedShare, logsSuccess } from './logs-success.ts';
import type { Outcome } from './outcome.ts';
import { eventLogger, logger, metrics } from './telemetry.ts';

export type { Outcome };

export interface BatchContext {
  remainingTimeMs(): number;
  /** Aborts when the time left is needed for tidying up; hand it to every long request. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface WholeBatchContext extends BatchContext {
  /** When the newest of the batch's messages was put on the queue, by the queue's clock, in milliseconds since 1970; undefined without a queue. */
  readonly newestSentMs: number | undefined;
}

export interface RecordContext extends Omit<BatchContext, 'logger'> {
  /** Undefined when the event was sent to the function directly. */
  readonly messageId: string | undefined;
  /** How often the message was handed out, this time included; 1 when there is no message. */
  readonly receiveCount: number;
  /** Whether the message was a dead letter that `sluice redrive` has sent back. */
  readonly isRedriven: boolean;
  /** Says bucket, key, sequencer and message id in every line. */
  readonly logger: LineLogger;
  /** Whether a success of this event is to be logged: not so for a share of the live ones, where the stage says so. */
  readonly logsSuccess: boolean;
}

export interface BatchOptions extends InvocationOptions {
  /** Records in hand at a time. @default 10 */
  readonly concurrency?: number;
}

/**
 * A handler that gives the consumer one event at a time. It takes an SQS batch whose bodies are S3 events in any shape,
 * an EventBridge event, a classic S3 notification, or a backfill envelope.
 *
 * From a queue, a message whose events all succeed is deleted; one that cannot be read gets its letter at once; any
 * other failure is returned to Lambda by its id, backed off, and on its last receive gets its letter. Events sent
 * directly have no queue to stay in: their failure is thrown, for Lambda's own retries and on-failure destination.
 *
 * @throws while the module loads, when the environment lacks a variable.
 */
export function eachRecord(
  consume: (event: ObjectEvent, context: RecordContext) => Promise<Outcome>,
  options: BatchOptions = {},
): Handler {
  const share = loggedShare();
  return invocationHandler(async (deliveries, { deadline, context }, settle) => {
    const consumeOne = async (
      event: ObjectEvent,
      { messageId, receiveCount, isRedriven }: Delivery,
    ): Promise<Outcome> => {
      const log = eventLogger(event, messageId);
      const isLogged = logsSuccess(event, receiveCount, share);
      const scope = {
        ...batchContext(context, deadline),
        messageId,
        receiveCount,
        isRedriven,
        logger: log,
        logsSuccess: isLogged,
      };
      const startedMs = performance.now();
      const outcome = await deadline.race(() => consume(event, scope));
      if (isLogged) {
        log.info(outcome, {
          outcome,
          duration_ms: Math.round(performance.now() - startedMs),
        } satisfies OutcomeFields);
      }
      return outcome;
    };
    await concurrently(deliveries, options.concurrency ?? 10, async (delivery) => {
      const results: PromiseSettledResult<Outcome>[] = [];
      // The events of one body in turn, and every one though another fails: a body is tried again as a whole.
      for (const event of delivery.events) {
        results.push(...(await Promise.allSettled([consumeOne(event, delivery)])));
      }
      await settle(delivery, results);
    });
  }, options);
}

/**
 * As eachRecord, for a consumer that takes all events of a batch together. It answers with one settled result per
 * event, in the order given, so that a part may fail alone; when it throws, every event has failed.
 */
export function wholeBatch(
  consume: (events: readonly ObjectEvent[], context: WholeBatchContext) => Promise<Results>,
  options: BatchOptions = {},
): Handler {
  return invocationHandler(async (deliveries, { deadline, context }, settle) => {
    const events = deliveries.flatMap((delivery) => delivery.events);
    const consumeAll = async (): Promise<Results> => {
      const newestSentMs = newest(deliveries);
      const results = await deadline.race(() =>
        consume(events, { ...batchContext(context, deadline), newestSentMs }),
      );
      if (results.length !== events.length) {
        throw new RangeError(
          `the consumer settled ${results.length} of ${events.length} events: it must settle each`,
        );
      }
      return results;
    };
    const results =
      events.length === 0 ? [] : await consumeAll().catch((error: unknown) => allRejected(events, error));
    logBatch(events, results);
    let settled = 0;
    const shares = deliveries.map((delivery) => {
      const own = results.slice(settled, settled + delivery.events.length);
      settled += own.length;
      return { delivery, own };
    });
    await concurrently(shares, options.concurrency ?? 10, ({ delivery, own }) => settle(delivery, own));
  }, options);
}

/** One line for each replay in the batch, and one for what is live: what eachRecord says of every event. */
function logBatch(events: readonly ObjectEvent[], results: Results): void {
  const entries = events.map((event, index) => ({
    replayName: event.origin === 'backfill' ? undefined : event.replayName,
    result: results[index],
  }));
  for (const [replayName, ofReplay] of Map.groupBy(entries, (entry) => entry.replayName)) {
    const number = (outcome: Outcome) =>
      ofReplay.filter(({ result }) => result?.status === 'fulfilled' && result.value === outcome).length;
    logger.info('batch', {
      replay_name: replayName,
      events: ofReplay.length,
      recorded: number('recorded'),
      superseded: number('superseded'),
      skipped: number('skipped'),
      failed: ofReplay.filter(({ result }) => result?.status === 'rejected').length,
    } satisfies BatchFields & EventFields);
  }
}

function allRejected(events: readonly ObjectEvent[], reason: unknown): Results {
  return events.map(() => ({ status: 'rejected', reason }));
}

function batchContext(context: Context, { signal }: Deadline): BatchContext {
  return { remainingTimeMs: () => context.getRemainingTimeInMillis(), signal, logger, metrics };
}

function newest(deliveries: readonly Delivery[]): number | undefined {
  const times = deliveries.map(({ sentAtMs }) => sentAtMs).filter((ms) => ms !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}
