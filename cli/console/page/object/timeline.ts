import type { statusObjectDocument } from '../../../fate/fate-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';

export type ObjectDocument = DocumentOf<typeof statusObjectDocument>;
export type ConsumerFate = ObjectDocument['consumers'][number];
type Attempt = ConsumerFate['attempts'][number];

/** Something that happened at a consumer. */
export interface TimelineStep {
  readonly kind: 'changed' | 'delivered' | 'attempt' | 'ended' | 'letter';
  /** After the beginning of its run, in milliseconds. */
  readonly atMs: number;
  readonly durationMs?: number;
  /** `attempt 2: failed` */
  readonly text: string;
  readonly tone: 'quiet' | 'good' | 'warn' | 'bad';
  readonly error?: string;
}

/** One way of an event through a consumer: when the object changed, or in a replay, or when it was sent again. */
export interface TimelineRun {
  /** `Object Created`, `replay of-monday`, `sent again` */
  readonly name: string;
  /** ISO 8601; steps are counted from here. */
  readonly beganAt: string;
  readonly steps: readonly TimelineStep[];
}

export interface ConsumerTimeline {
  readonly consumer: string;
  readonly runs: readonly TimelineRun[];
  /** Attempts on other versions of the key, which are not among them. */
  readonly otherAttempts: number;
}

export interface Timelines {
  readonly consumers: readonly ConsumerTimeline[];
  /** The longest run, which is as long as the scale, in milliseconds. */
  readonly spanMs: number;
}

/** What happened to a version of an object at each consumer, as far as attempts and letters tell. */
export function timelines(document: ObjectDocument): Timelines {
  const sequencers = sequencersOf(document);
  const consumers = document.consumers.map((fate): ConsumerTimeline => {
    const own = fate.attempts.filter(({ sequencer }) => isOf(sequencers, sequencer));
    return {
      consumer: fate.consumer,
      runs: runsOf(own, fate, document.version),
      otherAttempts: fate.attempts.length - own.length,
    };
  });
  const ends = consumers.flatMap(({ runs }) =>
    runs.flatMap(({ steps }) => steps.map(({ atMs, durationMs = 0 }) => atMs + durationMs)),
  );
  return { consumers, spanMs: Math.max(1, ...ends) };
}

/** Where no event tells the version's sequencer, every attempt is taken for its own. */
const isOf = (sequencers: ReadonlySet<string>, sequencer: string | undefined): boolean =>
  sequencer === undefined || sequencers.size === 0 || sequencers.has(sequencer);

/** The sequencers of a version, as its events and rows tell them. */
function sequencersOf({ version, events = [], consumers }: ObjectDocument): ReadonlySet<string> {
  const ofEvents = events.flatMap((event) => {
    const { object } =
      ((event ?? {}) as { readonly detail?: { readonly object?: EventObject } }).detail ?? {};
    return object?.['version-id'] === version.versionId ? [object.sequencer] : [];
  });
  const ofRows = consumers.flatMap(({ stored }) =>
    stored?.['version_id'] === version.versionId ? [stored['sequencer']] : [],
  );
  return new Set([...ofEvents, ...ofRows].filter((one) => typeof one === 'string'));
}

interface EventObject {
  readonly 'version-id'?: unknown;
  readonly sequencer?: unknown;
}

function runsOf(
  attempts: readonly Attempt[],
  { letter, outcome }: ConsumerFate,
  version: ObjectDocument['version'],
): readonly TimelineRun[] {
  // a message is one way through the consumer, with all its tries
  const ways = [...Map.groupBy(attempts, ({ messageId, at }) => messageId ?? at).values()];
  const runs = ways.map((tries, index): TimelineRun => {
    const [first] = tries as [Attempt];
    const isFirst = index === 0 && first.replayName === undefined;
    const beganAt = isFirst ? earlier(version.lastModified, first) : (first.sentAt ?? first.at);
    const own = letter !== undefined && (letter.messageId === first.messageId || ways.length === 1);
    return {
      name: nameOf(first, isFirst, version.isDeleteMarker),
      beganAt,
      steps: [
        ...(isFirst ? [step('changed', beganAt, beganAt, changeText(version.isDeleteMarker))] : []),
        ...deliveries(tries, beganAt),
        ...tries.map((one) => tryStep(one, beganAt)),
        ...endOf(tries, beganAt),
        ...(own ? [letterStep(letter, beganAt)] : []),
      ],
    };
  });
  if (runs.length > 0 || outcome === 'not-matched') return runs;
  const steps = [
    step('changed', version.lastModified, version.lastModified, changeText(version.isDeleteMarker)),
    ...(letter === undefined ? [] : [letterStep(letter, version.lastModified)]),
  ];
  return [{ name: changeText(version.isDeleteMarker), beganAt: version.lastModified, steps }];
}

const changeText = (isDeleted: boolean): string => (isDeleted ? 'object deleted' : 'object stored');

const nameOf = ({ replayName, eventName }: Attempt, isFirst: boolean, isDeleted: boolean): string => {
  if (replayName !== undefined) return `replay ${replayName}`;
  return isFirst ? (eventName ?? changeText(isDeleted)) : 'sent again';
};

/** No event comes before its change; clocks that differ a little must not say so. */
const earlier = (lastModified: string, { sentAt, at }: Attempt): string => {
  const first = sentAt ?? at;
  return Date.parse(first) < Date.parse(lastModified) ? first : lastModified;
};

const step = (
  kind: TimelineStep['kind'],
  at: string,
  beganAt: string,
  text: string,
  tone: TimelineStep['tone'] = 'quiet',
): TimelineStep => ({ kind, atMs: Math.max(0, Date.parse(at) - Date.parse(beganAt)), text, tone });

function deliveries(tries: readonly Attempt[], beganAt: string): readonly TimelineStep[] {
  const sentAt = tries.find((one) => one.sentAt !== undefined)?.sentAt;
  return sentAt === undefined ? [] : [step('delivered', sentAt, beganAt, 'delivered to its queue')];
}

const GIVEN_UP = new Set(['dead-lettered']);
const TRIED_IN_VAIN = new Set(['failed', 'function-error']);

function tryStep({ at, outcome, durationMs, receiveCount, error }: Attempt, beganAt: string): TimelineStep {
  const tone = GIVEN_UP.has(outcome) ? 'bad' : TRIED_IN_VAIN.has(outcome) ? 'warn' : 'good';
  const text = `received, attempt ${receiveCount ?? '?'}: ${outcome.replaceAll('-', ' ')}`;
  return {
    ...step('attempt', at, beganAt, text, tone),
    ...(durationMs !== undefined && { durationMs }),
    ...(error !== undefined && { error }),
  };
}

function endOf(tries: readonly Attempt[], beganAt: string): readonly TimelineStep[] {
  const last = tries.at(-1);
  if (last?.durationMs === undefined) return [];
  if (TRIED_IN_VAIN.has(last.outcome) || GIVEN_UP.has(last.outcome)) return [];
  const at = new Date(Date.parse(last.at) + last.durationMs).toISOString();
  return [step('ended', at, beganAt, last.outcome === 'done' ? 'done with' : last.outcome, 'good')];
}

const letterStep = (letter: NonNullable<ConsumerFate['letter']>, beganAt: string): TimelineStep => ({
  ...step('letter', letter.sentAt, beganAt, `dead letter: ${letter.reason}`, 'bad'),
  error: [letter.errorName, letter.errorMessage].filter((part) => part !== undefined).join(': '),
});

/** `+0 ms`, `+35 ms`, `+1.08 s`, `+12.3 s`, `+4.5 min`, `+3.2 h` */
export function offsetText(ms: number): string {
  return `+${lengthText(ms)}`;
}

/** A length of time to three figures: what took 1,079 ms is `1.08 s`. */
export function lengthText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${threeFigures(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${threeFigures(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${threeFigures(ms / 3_600_000)} h`;
  return `${threeFigures(ms / 86_400_000)} d`;
}

const threeFigures = (value: number): string => String(Number(value.toPrecision(3)));
