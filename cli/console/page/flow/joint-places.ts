import type { Check } from '../../../status/check.ts';
import type { PartKind } from './part-kind.ts';

/** A part of the pipeline, as far as the names of its checks need it. */
export interface PartPlace {
  readonly kind: PartKind;
  readonly consumer?: string | undefined;
  /** A store's: the table, or the prefix. */
  readonly place?: string | undefined;
}

type Names = (place: PartPlace) => readonly string[];

const own =
  (...names: readonly string[]): Names =>
  ({ consumer }) =>
    names.map((name) => `${consumer} ${name}`);

const none: Names = () => [];

/** How `sluice status` names what it has looked at: about the way to a part, and about the part itself. */
const NAMES: Readonly<Record<PartKind, { readonly way: Names; readonly part: Names }>> = {
  bucket: {
    way: none,
    part: () => ['bucket → bus', 'bucket place', 'bucket versioning', 'bucket encryption'],
  },
  bus: { way: () => ['bucket → bus'], part: none },
  archive: { way: () => ['bus → archive'], part: none },
  rule: { way: own('rule', 'bus → rule'), part: own('rule → letters', 'undelivered') },
  queue: { way: own('queue', 'rule → queue'), part: own('queue → letters', 'letters', 'age') },
  function: { way: own('function', 'queue → function'), part: own('start', 'records') },
  drainer: { way: none, part: none },
  'other-bus': { way: own('rule → bus'), part: none },
  'state-machine': { way: own('rule → state machine'), part: none },
  table: { way: ({ place }) => [`table ${place}`], part: own('keeps') },
  objects: { way: none, part: own('keeps') },
};

/** The checks that say whether anything can come to a part. */
export const checksOfWay = (joints: readonly Check[], place: PartPlace): readonly Check[] =>
  named(joints, NAMES[place.kind].way(place));

/** All checks that are about a part. */
export const checksOfPart = (joints: readonly Check[], place: PartPlace): readonly Check[] =>
  // whether the bucket sends its events is the bucket's affair, not the bus's
  place.kind === 'bus'
    ? []
    : named(joints, [...NAMES[place.kind].way(place), ...NAMES[place.kind].part(place)]);

function named(joints: readonly Check[], names: readonly string[]): readonly Check[] {
  const wanted = new Set(names);
  return joints.filter(({ name }) => wanted.has(name));
}
