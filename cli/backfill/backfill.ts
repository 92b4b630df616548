import { backfillEnvelope } from '../../shared/object-event/backfill-envelope.ts';
import type { Checkpoint, Progress } from './checkpoint.ts';
import { CliError } from '../cli-error.ts';
import { currentObjects, type CurrentObject } from '../objects/current-objects.ts';
import { EXIT } from '../exit-code.ts';
import { BATCH } from '../dead-letters/letters.ts';
import { Pace } from '../pipeline/pace.ts';
import type { QueuedConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { routesFor, type Route } from '../pipeline/routing.ts';
import { plural } from '../terminal/units.ts';
import { envelopeText, sendBatch } from '../pipeline/send-batch.ts';

export interface BackfillOptions {
  /** Where to send: to the queue of each whose pattern matches, also where its rule is disabled. */
  readonly routes: readonly Route<QueuedConsumer>[];
  readonly prefix: string;
  /** Just these, in place of all with the prefix. */
  readonly objects?: AsyncIterable<CurrentObject> | readonly CurrentObject[] | undefined;
  /** Where an earlier one was broken off. */
  readonly from?: Progress | undefined;
  /** How many objects are sent in a second. */
  readonly perSecond: number;
  /** Where it keeps how far it has come; undefined where it keeps nothing. */
  readonly checkpoint: Checkpoint | undefined;
  /** Counts, and sends nothing. @default without a checkpoint */
  readonly isDryRun?: boolean;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Backfilled extends Progress {
  /** False when it was interrupted: the checkpoint says how far it came. */
  readonly isComplete: boolean;
}

/**
 * Sends every object of the bucket to the consumers that want it, as a backfill: it writes only rows that no event of S3
 * has written. Ten objects at a time are sent, one request a queue; then the checkpoint is written. Killed in between,
 * it has sent at most those ten, which the next one sends again.
 */
export async function backfill(pipeline: Pipeline, options: BackfillOptions): Promise<Backfilled> {
  const { routes, prefix, from, perSecond, checkpoint, signal, onProgress } = options;
  const { isDryRun = checkpoint === undefined } = options;
  const pace = new Pace(perSecond);
  const messages: Record<string, number> = Object.fromEntries(
    routes.map(({ consumer }) => [consumer.name, from?.messages[consumer.name] ?? 0]),
  );
  let progress: Progress = { lastKey: from?.lastKey ?? '', objects: from?.objects ?? 0, messages };
  const objects = options.objects ?? currentObjects(pipeline, { prefix, after: from?.lastKey });
  for await (const portion of portions(objects)) {
    if (signal.aborted) return { ...progress, isComplete: false };
    const envelopes = envelopesFor(pipeline, routes, portion);
    if (!isDryRun) {
      await pace.take(portion.length, signal);
      if (signal.aborted) return { ...progress, isComplete: false };
      await Promise.all(
        [...envelopes].map(async ([{ consumer }, ofRoute]) => await sendAll(pipeline, consumer, ofRoute)),
      );
    }
    for (const [{ consumer }, ofRoute] of envelopes) messages[consumer.name]! += ofRoute.length;
    progress = {
      lastKey: portion.at(-1)?.key ?? progress.lastKey,
      objects: progress.objects + portion.length,
      messages: { ...messages },
    };
    await checkpoint?.write(progress);
    onProgress?.(progress);
  }
  await checkpoint?.remove();
  return { ...progress, isComplete: true };
}

/** @throws CliError, partly done, when some are refused to the end: the checkpoint stays before them */
async function sendAll(
  pipeline: Pipeline,
  { name, queueUrl }: QueuedConsumer,
  envelopes: readonly object[],
): Promise<void> {
  const messages = envelopes.map((envelope) => ({ body: envelopeText(envelope) }));
  const { refused } = await sendBatch(pipeline, queueUrl, messages);
  const [first] = refused;
  if (first === undefined) return;
  throw new CliError(`the queue of ${name} refused ${plural(refused.length, 'message')}: ${first.error}`, {
    exitCode: EXIT.partlyDone,
    nextStep:
      'go on with `sluice backfill --resume`: what was sent before is not sent again, but for ten objects',
  });
}

async function* portions(
  objects: AsyncIterable<CurrentObject> | readonly CurrentObject[],
): AsyncGenerator<readonly CurrentObject[]> {
  let portion: CurrentObject[] = [];
  for await (const object of objects) {
    if (object.isDeleteMarker) continue;
    portion.push(object);
    if (portion.length === BATCH) {
      yield portion;
      portion = [];
    }
  }
  if (portion.length > 0) yield portion;
}

function envelopesFor(
  pipeline: Pipeline,
  routes: readonly Route<QueuedConsumer>[],
  objects: readonly CurrentObject[],
): ReadonlyMap<Route<QueuedConsumer>, readonly object[]> {
  const envelopes = new Map<Route<QueuedConsumer>, object[]>();
  for (const object of objects) {
    const envelope = backfillEnvelope({ bucket: pipeline.ingestBucket, ...object });
    for (const route of routesFor(routes, pipeline, object)) {
      const ofRoute = envelopes.get(route) ?? [];
      envelopes.set(route, ofRoute);
      ofRoute.push(envelope);
    }
  }
  return envelopes;
}
