import type { ObjectRecord } from '../../shared/control-api.ts';
import { attemptsOf, runtimeAttempts, type Attempt } from './attempts.ts';
import { nothingMatched } from '../cli-error.ts';
import type { AskedVersion, Evidence } from './asked-version.ts';
import { evidenceOf, removedVersion } from './evidence.ts';
import type { statusObjectDocument } from './fate-document.ts';
import type { Letter } from '../dead-letters/letter.ts';
import { letterCount, lookAtLetters, sourcesOf } from '../dead-letters/letters.ts';
import { versionsOf } from '../objects/object-versions.ts';
import type { Consumer, Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { busEvent, routesOf, type Route } from '../pipeline/routing.ts';
import { whySkippedThere } from '../pipeline/skipped-name.ts';
import { mendingOf } from './mending.ts';
import { undoneKeys, type UndoneKeys } from './undone.ts';
import type { AnyDocument, DocumentOf } from '../terminal/document.ts';
import { plural } from '../terminal/units.ts';

export type ObjectFate = Omit<DocumentOf<typeof statusObjectDocument>, keyof AnyDocument | 'target'>;

export type ConsumerFate = ObjectFate['consumers'][number];

export type Outcome = ConsumerFate['outcome'];

export interface FateOptions {
  readonly consumers: readonly Consumer[];
  /** @default the current version, or the delete marker */
  readonly versionId?: string;
  readonly signal: AbortSignal;
}

// no letter of an object can be further away than that, in a queue that is looked at by hand
const LETTERS_LOOKED_AT = 1_000;
const EVENT_IS_LATE_MS = 300_000;

/** What happened to my file: asked of the bucket, the stores, the dead-letter queues and the logs; changes nothing. */
export async function fateOf(
  pipeline: Pipeline,
  key: string,
  { consumers, versionId, signal }: FateOptions,
): Promise<ObjectFate> {
  const versions = await versionsOf(pipeline, key);
  const version =
    versionId === undefined
      ? (versions[0] ?? (await removedVersion(pipeline, key)))
      : versions.find((one) => one.versionId === versionId);
  if (version === undefined) {
    throw nothingMatched(
      `${pipeline.ingestBucket} holds no ${versionId === undefined ? 'version' : `version ${versionId}`} of ${JSON.stringify(key)}`,
      'keys are written as S3 has them, case and spaces included: `sluice ls PREFIX` shows what there is',
    );
  }
  const asked = { key, version, versions };
  const [routes, known, undone, now] = await Promise.all([
    routesOf(pipeline, consumers),
    runtimeAttempts(pipeline, key),
    undoneKeys(pipeline, key),
    pipeline.now(),
  ]);
  const fates = await Promise.all(
    routes.map((route) => consumerFate(pipeline, route, { ...asked, known, undone, now, signal })),
  );
  return { bucket: pipeline.ingestBucket, key, version, consumers: fates };
}

interface Question extends AskedVersion {
  readonly known: ObjectRecord | undefined;
  readonly undone: UndoneKeys | undefined;
  readonly now: Date;
  readonly signal: AbortSignal;
}

async function consumerFate(pipeline: Pipeline, route: Route, question: Question): Promise<ConsumerFate> {
  const { consumer } = route;
  const unmet = unmetClauses(pipeline, route, question);
  if (unmet.length > 0) return { consumer: consumer.name, outcome: 'not-matched', attempts: [], unmet };
  const { key, version, known } = question;
  // an event is never before its object
  const since = new Date(Date.parse(version.lastModified) - 1_000);
  const [evidence, attempts, letter] = await Promise.all([
    evidenceOf(pipeline, consumer, question),
    attemptsOf(pipeline, consumer, key, since, known),
    letterAbout(pipeline, consumer, question),
  ]);
  const { stored } = evidence;
  return {
    consumer: consumer.name,
    ...(await outcomeOf(pipeline, route, question, { evidence, attempts, letter })),
    ...(stored !== undefined && { stored }),
    attempts,
    ...(letter !== undefined && { letter: shownLetter(letter) }),
  };
}

interface Findings {
  readonly evidence: Evidence;
  readonly attempts: readonly Attempt[];
  readonly letter: Letter | undefined;
}

async function outcomeOf(
  pipeline: Pipeline,
  route: Route,
  { key, known, undone, now, version }: Question,
  { evidence, attempts, letter }: Findings,
): Promise<{ outcome: Outcome; note?: string }> {
  const { consumer, isEnabled } = route;
  if (evidence.shows === 'this') return { outcome: 'recorded' };
  if (letter !== undefined) {
    return { outcome: 'dead-lettered', note: 'mend the cause, then `sluice redrive`' };
  }
  const ownQueue = queueName(consumer.queueUrl);
  const message = known?.messages.find((one) => one.queueName === ownQueue);
  if (message !== undefined) {
    const note =
      message.receiveCount === 0
        ? 'not tried yet'
        : `tried ${plural(message.receiveCount, 'time')}, next at ${message.visibleAt}`;
    return { outcome: 'waiting', note };
  }
  if (undone?.of(consumer.name, key) === 'waiting') {
    return { outcome: 'waiting', note: 'on its way to the queue' };
  }
  const skipped = whySkippedThere(pipeline, route, key);
  if (skipped !== undefined) return { outcome: 'skipped', note: skipped };
  if (evidence.shows === 'newer') return { outcome: 'superseded' };
  if (evidence.caveat !== undefined) {
    const last = attempts.at(-1)?.outcome;
    if (last === 'recorded' || last === 'done') return { outcome: 'recorded', note: 'by its attempts' };
    if (last === 'superseded' || last === 'skipped') return { outcome: last, note: 'by its attempts' };
  }
  const disabled = isEnabled ? '' : '; its rule is disabled';
  const mending = mendingOf(pipeline, consumer, { key, version, evidence });
  const stale = evidence.shows === 'older' ? 'its store shows an older version' : 'nothing is stored';
  if (evidence.caveat !== undefined) {
    return { outcome: 'unknown', note: `nothing was found, but ${evidence.caveat}${disabled}` };
  }
  if (pipeline.deployment.kind === 'local') {
    return evidence.shows === 'removed'
      ? { outcome: 'removed-by-version', note: mending }
      : { outcome: 'missing', note: `${stale} and nothing waits${disabled}; ${mending}` };
  }
  const { waiting, inHand } = await queueDepth(pipeline, consumer.queueUrl);
  const isYoung = now.getTime() - Date.parse(version.lastModified) < EVENT_IS_LATE_MS;
  if (waiting + inHand > 0 || isYoung) {
    return {
      outcome: 'unknown',
      note: `${stale} yet${disabled}; AWS cannot tell which messages wait (about ${waiting + inHand} do): ask again later`,
    };
  }
  return evidence.shows === 'removed'
    ? { outcome: 'removed-by-version', note: mending }
    : { outcome: 'missing', note: `${stale} and its queue is empty${disabled}; ${mending}` };
}

function unmetClauses(pipeline: Pipeline, { matcher }: Route, { key, version }: Question) {
  const event = busEvent(pipeline, { key, ...version, isDeleted: version.isDeleteMarker });
  if (matcher.matches(event)) return [];
  return matcher
    .explain(event)
    .filter(({ matched }) => !matched)
    .map(({ path, wanted, found }) => ({ path, wanted, found }));
}

/** The newest letter about this version, in either dead-letter queue. */
async function letterAbout(
  pipeline: Pipeline,
  consumer: Consumer,
  { key, version, signal }: Question,
): Promise<Letter | undefined> {
  const letters = await Promise.all(
    sourcesOf([consumer]).map(async (source) => {
      const { waiting } = await letterCount(pipeline, source);
      return waiting === 0 ? [] : await lookAtLetters(pipeline, source, { most: LETTERS_LOOKED_AT, signal });
    }),
  );
  return letters
    .flat()
    .filter(({ events }) =>
      events.some(
        (event) =>
          event.key === key &&
          (event.versionId === undefined
            ? event.etag === version.etag
            : event.versionId === version.versionId),
      ),
    )
    .toSorted((left, right) => (left.sentAt < right.sentAt ? -1 : 1))
    .at(-1);
}

const shownLetter = ({ messageId, reason, errorName, errorMessage, sentAt }: Letter) => ({
  messageId,
  reason,
  ...(errorName !== undefined && { errorName }),
  ...(errorMessage !== undefined && { errorMessage }),
  sentAt,
});
