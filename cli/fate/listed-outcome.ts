import type { DoneVersion } from '../../shared/control-objects.ts';
import type { ObjectVersion } from '../objects/object-versions.ts';
import { hasFunction, type Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Route } from '../pipeline/routing.ts';
import { whySkippedThere } from '../pipeline/skipped-name.ts';
import type { Evidence } from './asked-version.ts';
import { isNotCounted } from './count-lines.ts';
import type { Outcome } from './fate.ts';
import type { OutcomeRow } from './rows-of-keys.ts';
import type { StandingAt, VersionTold } from './standing.ts';

/** An outcome as a list tells it. `not-counted`: recorded, and the row's status says that there is no count. */
export type ListedOutcome = Outcome | 'not-counted';

/** What is known of an object at a consumer whose rule wants it. */
export interface ListedAt {
  readonly key: string;
  readonly version: ObjectVersion;
  /** Absent of a consumer that keeps no rows. */
  readonly evidence?: Evidence;
  readonly row?: OutcomeRow | undefined;
  readonly standing: StandingAt;
  /** In AWS: whether an event of it may be on its way, or in the queue. */
  readonly mayWait: () => Promise<boolean>;
}

/** In the order of `fateOf`. */
export async function listedOutcome(pipeline: Pipeline, route: Route, at: ListedAt): Promise<ListedOutcome> {
  const { consumer } = route;
  if (!hasFunction(consumer)) return await outcomeElsewhere(pipeline, { ...route, consumer }, at);
  const { key, version, evidence, row, standing, mayWait } = at;
  if (evidence?.shows === 'this') return row !== undefined && isNotCounted(row) ? 'not-counted' : 'recorded';
  // what it keeps is a line or an object: that its function has dealt with the event is told by the runtime's record
  if (evidence === undefined && standing.done.some((one) => isDone(one, version))) return 'recorded';
  if (isDead(at)) return 'dead-lettered';
  if (standing.waits !== undefined) return 'waiting';
  if (whySkippedThere(pipeline, route, key) !== undefined) return 'skipped';
  if (evidence === undefined) return 'unknown';
  if (evidence.shows === 'newer') return 'superseded';
  if (await mayWait()) return 'unknown';
  return evidence.shows === 'removed' ? 'removed-by-version' : 'missing';
}

/** At a consumer that no function of the stack works for. */
async function outcomeElsewhere(
  { deployment }: Pipeline,
  { consumer, isEnabled }: Route<Exclude<Consumer, { readonly kind: 'function' }>>,
  at: ListedAt,
): Promise<Outcome> {
  const { version, standing, mayWait } = at;
  if (isDead(at)) return 'dead-lettered';
  if (consumer.kind === 'queue' && standing.waits === 'in-queue') return 'queued';
  if (standing.waits !== undefined) return 'waiting';
  if (consumer.kind !== 'queue' && deployment.kind === 'local') {
    return standing.sent.some((one) => isSent(one, version)) ? 'would-send' : 'missing';
  }
  if (!isEnabled || (await mayWait())) return 'unknown';
  return 'handed-over';
}

const isDead = ({ standing, version }: ListedAt): boolean =>
  standing.letters.some((letter) => isOf(letter, version));

const isOf = (told: VersionTold, { versionId, etag }: ObjectVersion): boolean =>
  told.versionId === undefined ? told.etag === etag : told.versionId === versionId;

/** A rule can send any other text than the event, of which the runtime knows the key alone. */
const isSent = (told: VersionTold, version: ObjectVersion): boolean =>
  (told.versionId === undefined && told.etag === undefined) || isOf(told, version);

/** Where the bucket has no versions, by the time, of which events have whole seconds. */
const isDone = (
  { versionId, eventTime }: DoneVersion,
  { versionId: asked, lastModified }: ObjectVersion,
): boolean =>
  versionId === undefined
    ? asked === 'null' && eventTime !== undefined && eventTime.slice(0, 19) >= lastModified.slice(0, 19)
    : versionId === asked;
