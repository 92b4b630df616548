import type { ObjectRecord } from '../../shared/control-api.ts';
import { outcomeIn } from '../../shared/log-fields.ts';
import type { attempt } from './fate-document.ts';
import { fieldIs, logEvents, loggedLine } from '../logs/log-events.ts';
import { hasFunction, type Consumer, type FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { DocumentOf } from '../terminal/document.ts';

export type Attempt = DocumentOf<typeof attempt>;

/** Asked of the local runtime; AWS keeps no such record, and undefined says so. */
export async function runtimeAttempts(
  { control, ingestBucket }: Pipeline,
  key: string,
): Promise<ObjectRecord | undefined> {
  return await control?.ask('attempts', { bucket: ingestBucket, key });
}

/**
 * The attempts of a consumer on the events of an object, oldest first. The function's log says how each ended, as long
 * as it is kept; the local runtime knows of those too that left no line, since the function died or logs whole batches.
 */
export async function attemptsOf(
  pipeline: Pipeline,
  consumer: Consumer,
  key: string,
  since: Date,
  known: ObjectRecord | undefined,
): Promise<readonly Attempt[]> {
  if (!hasFunction(consumer)) return [];
  const logged = await loggedAttempts(pipeline, consumer, key, since);
  if (known === undefined) return logged;
  const own = known.attempts.filter(({ functionName }) => functionName === consumer.functionName);
  const attempts = own.map((attempt): Attempt => {
    const startedMs = Date.parse(attempt.startedAt);
    const line = logged.findLast(
      ({ messageId, at }) =>
        messageId === attempt.messageId &&
        Date.parse(at) >= startedMs &&
        Date.parse(at) <= startedMs + attempt.durationMs + 1_000,
    );
    const { sentAt, eventName, sequencer, replayName, error = line?.error } = attempt;
    const requestId = line?.requestId;
    return {
      at: attempt.startedAt,
      outcome: line?.outcome ?? (attempt.outcome === 'succeeded' ? 'done' : attempt.outcome),
      durationMs: attempt.durationMs,
      receiveCount: attempt.attempt,
      messageId: attempt.messageId,
      ...(sentAt !== undefined && { sentAt }),
      ...(eventName !== undefined && { eventName }),
      ...(sequencer !== undefined && { sequencer }),
      ...(requestId !== undefined && { requestId }),
      ...(replayName !== undefined && { replayName }),
      ...(error !== undefined && { error }),
    };
  });
  return attempts.toSorted((left, right) => (left.at < right.at ? -1 : 1));
}

/** The lines in which a function says what became of an event. */
async function loggedAttempts(
  pipeline: Pipeline,
  consumer: FunctionConsumer,
  key: string,
  since: Date,
): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  for await (const { timestampMs, message } of logEvents(pipeline, consumer, {
    since,
    filterPattern: fieldIs('key', key),
  })) {
    const line = loggedLine(message);
    if (line === undefined || line.key !== key) continue;
    const outcome = outcomeIn(line);
    if (outcome === undefined) continue;
    const about = {
      messageId: textOf(line.message_id),
      eventName: textOf(line.event_name),
      sequencer: textOf(line.sequencer),
      requestId: textOf(line.request_id),
      replayName: textOf(line.replay_name),
      receiveCount: typeof line.receive_count === 'number' ? line.receive_count : undefined,
      error: errorText(line.error),
    };
    attempts.push({
      at: new Date(timestampMs).toISOString(),
      outcome,
      ...Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined)),
    });
  }
  return attempts;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** As Powertools writes an error: `{"name":"…","message":"…","stack":"…"}`. */
export function errorText(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { name, message } = error as { name?: unknown; message?: unknown };
  return [name, message].filter((part) => typeof part === 'string').join(': ');
}
