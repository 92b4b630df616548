import type { ObjectRecord } from '../../shared/control-api.ts';
import { attemptsOf, runtimeAttempts, type Attempt } from './attempts.ts';
import { nothingMatched } from '../cli-error.ts';
import type { AskedVersion, Evidence } from './asked-version.ts';
import { EVENT_IS_LATE_MS } from './event-is-late.ts';
import { evidenceOf, removedVersion } from './evidence.ts';
import { ifAllowed } from './if-allowed.ts';
import type { statusObjectDocument } from './fate-document.ts';
import type { Letter } from '../dead-letters/letter.ts';
import { letterAbout, lettersOf, shownLetter } from './letters-about.ts';
import { versionsOf } from '../objects/object-versions.ts';
import { hasFunction, hasQueue, type Consumer, type FunctionConsumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { queueName } from '../pipeline/queue-name.ts';
import { busEvent, routesOf, type Route } from '../pipeline/routing.ts';
import { whySkippedThere } from '../pipeline/skipped-name.ts';
import { replayInstead } from '../dead-letters/replay-instead.ts';
import { fateElsewhere, fateInQueue } from './handed-over.ts';
import { mendingOf } from './mending.ts';
import { requestIdOf } from './request-id.ts';
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
  const requestId = requestIdOf(fates);
  return {
    bucket: pipeline.ingestBucket,
    key,
    version,
    ...(requestId !== undefined && { requestId }),
    versions,
    consumers: fates,
  };
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
  if (!hasFunction(consumer)) return await fateOfSent(pipeline, { ...route, consumer }, question);
  // an event is never before its object
  const since = new Date(Date.parse(version.lastModified) - 1_000);
  const [kept, attempts, letters] = await Promise.all([
    ifAllowed(evidenceOf(pipeline, consumer, question)),
    ifAllowed(attemptsOf(pipeline, consumer, key, since, known)),
    ifAllowed(lettersOf(pipeline, consumer, question.signal)),
  ]);
  const evidence = kept ?? UNSEEN;
  const { stored } = evidence;
  const letter = letterAbout(letters ?? [], question);
  const denied = deniedOf({ kept, log: attempts, letters });
  const findings = { evidence, attempts: attempts ?? [], letter, denied };
  return {
    consumer: consumer.name,
    ...(await outcomeOf(pipeline, { ...route, consumer }, question, findings)),
    ...(stored !== undefined && { stored }),
    attempts: findings.attempts,
    ...(denied.length > 0 && { denied }),
    ...(letter !== undefined && { letter: shownLetter(letter) }),
  };
}

const UNSEEN: Evidence = { shows: 'nothing', caveat: 'you may not look at what it keeps' };

type Denied = NonNullable<ConsumerFate['denied']>;

/** What whoever asks was not let see. */
const deniedOf = (answers: Readonly<Partial<Record<Denied[number], unknown>>>): Denied =>
  (Object.keys(answers) as Denied[number][]).filter((what) => answers[what] === undefined);

/** What became of it at a consumer that no function of the stack works for. */
async function fateOfSent(
  pipeline: Pipeline,
  { consumer, isEnabled }: Route<Exclude<Consumer, FunctionConsumer>>,
  question: Question,
): Promise<ConsumerFate> {
  const { key, known, undone } = question;
  const letters = await ifAllowed(lettersOf(pipeline, consumer, question.signal));
  const fate = { consumer: consumer.name, attempts: [] };
  if (letters === undefined) {
    const note = 'you may not look at its queue and its dead letters: an operator can say';
    return { ...fate, outcome: 'unknown', note, denied: ['kept', 'letters'] };
  }
  const letter = letterAbout(letters, question);
  if (letter !== undefined) {
    const mending = hasQueue(consumer) ? '`sluice redrive`' : replayInstead(consumer, [letter]).nextStep;
    return {
      ...fate,
      outcome: 'dead-lettered',
      note: `mend the cause, then ${mending}`,
      letter: shownLetter(letter),
    };
  }
  const knownHere = {
    known,
    undone: undone?.of(consumer.name, key),
    isEnabled,
    isYoung: isYoung(question),
    otherLetters: letters.length,
  };
  const told =
    consumer.kind === 'queue'
      ? await fateInQueue(pipeline, consumer, knownHere)
      : await fateElsewhere(pipeline, consumer, knownHere, question);
  return { ...fate, ...told };
}

/** Its event may be on its way yet. */
const isYoung = ({ now, version }: Question): boolean =>
  now.getTime() - Date.parse(version.lastModified) < EVENT_IS_LATE_MS;

interface Findings {
  readonly evidence: Evidence;
  readonly attempts: readonly Attempt[];
  readonly letter: Letter | undefined;
  readonly denied: Denied;
}

async function outcomeOf(
  pipeline: Pipeline,
  route: Route<FunctionConsumer>,
  question: Question,
  { evidence, attempts, letter, denied }: Findings,
): Promise<{ outcome: Outcome; note?: string }> {
  const { consumer, isEnabled } = route;
  const { key, known, undone, version } = question;
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
  if (denied.includes('letters')) {
    return {
      outcome: 'unknown',
      note: `${stale} yet${disabled}; you may not look at its queue and its dead letters: an operator can say`,
    };
  }
  if (pipeline.deployment.kind === 'local') {
    return evidence.shows === 'removed'
      ? { outcome: 'removed-by-version', note: mending }
      : { outcome: 'missing', note: `${stale} and nothing waits${disabled}; ${mending}` };
  }
  const { waiting, inHand } = await queueDepth(pipeline, consumer.queueUrl);
  if (waiting + inHand > 0 || isYoung(question)) {
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
