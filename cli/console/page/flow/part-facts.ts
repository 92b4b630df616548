import { countText, durationText, plural } from '../../../terminal/units.ts';
import type { FlowDocument } from '../flow-feed.ts';
import type { FlowPart } from './flow-graph.ts';
import { PART_TITLES } from './part-kind.ts';

/** What stands on a part of the picture, and what a screen reader says of it. */
export interface PartFacts {
  /** `1,204`, `12.3k`; `?` when it is not known; empty where nothing is counted. */
  readonly number: string;
  /** `waiting` */
  readonly unit: string;
  /** `oldest 12 s` */
  readonly more: string;
  /** Dead letters. */
  readonly letters: number;
  /** `one-consumer queue: 3 waiting, oldest 12 s, 2 dead letters` */
  readonly name: string;
}

type FlowConsumer = FlowDocument['consumers'][number];

interface Counted {
  readonly number?: number | null;
  readonly unit: string;
  readonly more?: string;
  readonly letters?: number;
}

/** `1,204`, `12.3k`, `4.5M`: at most five characters. `?` when nobody knows. */
export function shortCount(count: number | null): string {
  if (count === null) return '?';
  if (count < 10_000) return countText(count);
  const [part, sign] = count < 999_950 ? [count / 1e3, 'k'] : [count / 1e6, 'M'];
  return `${part < 99.95 ? part.toFixed(1) : Math.round(part)}${sign}`;
}

/** `0.4/s`, `12/s`, `1.2k/s`; undefined when nobody knows. */
export function rateText(perSecond: number | null | undefined): string | undefined {
  if (perSecond === null || perSecond === undefined) return undefined;
  if (perSecond === 0) return '0/s';
  if (perSecond < 0.05) return '<0.1/s';
  if (perSecond < 9.95) return `${perSecond.toFixed(1)}/s`;
  if (perSecond < 999.5) return `${Math.round(perSecond)}/s`;
  return `${(perSecond / 1e3).toFixed(perSecond < 99_950 ? 1 : 0)}k/s`;
}

/** @param bucket its name @param flow undefined before the first one has come */
export function partFacts(part: FlowPart, flow: FlowDocument | undefined, bucket: string): PartFacts {
  const { number, unit, more = '', letters = 0 } = counted(part, flow, bucket);
  const title =
    part.consumer === undefined ? PART_TITLES[part.kind] : `${part.consumer} ${PART_TITLES[part.kind]}`;
  const words = [
    ...(number === undefined
      ? [unit]
      : [number === null ? `${unit} not known` : `${countText(number)} ${unit}`]),
    ...(more === '' || more === part.halt ? [] : [more]),
    ...(letters === 0 ? [] : [plural(letters, 'dead letter')]),
    ...(part.halt === undefined ? [] : [part.halt]),
    ...(STATE_WORDS[part.state] === undefined ? [] : [STATE_WORDS[part.state]]),
  ];
  return {
    number: number === undefined ? '' : shortCount(number),
    unit,
    more,
    letters,
    name: `${title}: ${words.filter((word) => word !== '').join(', ')}`,
  };
}

const STATE_WORDS: Partial<Record<FlowPart['state'], string>> = {
  failed: 'broken',
  warning: 'needs a look',
  unknown: 'not known whether all is well',
};

function counted(
  { kind, consumer, place, halt }: FlowPart,
  flow: FlowDocument | undefined,
  bucket: string,
): Counted {
  const own = flow?.consumers.find(({ name }) => name === consumer);
  switch (kind) {
    case 'bucket':
      return { unit: bucket };
    case 'bus':
      return {
        number: flow?.bus.published ?? null,
        unit: 'events',
        more: onTheWay(flow?.bus.waiting ?? null),
      };
    case 'archive':
      return { number: flow?.archive.events ?? null, unit: 'kept' };
    case 'rule':
      return {
        number: own?.matched ?? null,
        unit: 'matched',
        letters: own?.ruleDeadLetters ?? 0,
        ...(halt !== undefined && { more: halt }),
      };
    case 'queue':
      return queue(own);
    case 'function':
      return { number: own?.done ?? null, unit: 'done', more: halt ?? failures(own) };
    case 'drainer':
      return { unit: 'drains it' };
    case 'other-bus':
      return { number: own?.delivered ?? null, unit: 'delivered' };
    case 'state-machine':
      return { number: own?.delivered ?? null, unit: 'started' };
    case 'table':
      return { unit: shortPlace(place, flow?.target.stack), more: 'rows' };
    case 'objects':
    default:
      return { unit: shortPlace(place, flow?.target.stack), more: 'in a bucket' };
  }
}

const onTheWay = (waiting: number | null): string =>
  waiting === null || waiting === 0 ? '' : `${shortCount(waiting)} on it`;

const failures = (own: FlowConsumer | undefined): string =>
  own === undefined || own.failed === null || own.failed === 0 ? '' : `${shortCount(own.failed)} failed`;

function queue(own: FlowConsumer | undefined): Counted {
  const {
    waiting = null,
    inFlight = null,
    delayed = null,
    oldestAgeSeconds = null,
    deadLetters = null,
  } = own ?? {};
  const beside =
    oldestAgeSeconds !== null && oldestAgeSeconds > 0
      ? `oldest ${durationText(oldestAgeSeconds * 1_000)}`
      : inFlight !== null && inFlight > 0
        ? `${shortCount(inFlight)} in hand`
        : delayed !== null && delayed > 0
          ? `${shortCount(delayed)} delayed`
          : '';
  return { number: waiting, unit: 'waiting', more: beside, letters: deadLetters ?? 0 };
}

/** `UploadMetadata…` of a table of this stack, `ledger/` of `s3://output/ledger/`. */
function shortPlace(place = '', stack = ''): string {
  const name = place.replace(/^s3:\/\/[^/]+\//, '');
  return stack !== '' && name.startsWith(`${stack}-`) ? name.slice(stack.length + 1) : name;
}
