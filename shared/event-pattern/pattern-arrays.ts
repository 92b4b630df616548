import type { Alternative } from './pattern-alternatives.ts';
import type { Leaf, ParsedEvent, Place } from './pattern-event.ts';

/**
 * Whether the alternative matches with one element of each array: `{"a":{"b":["1"],"c":["2"]}}` must not match
 * `{"a":[{"b":"1"},{"c":"2"}]}`.
 *
 * Goes through the fields in the order of their paths and keeps every choice of elements that is still open, but of it
 * only what a later field can contradict. Choices that look the same from there on are one, so that their number stays
 * that of the elements, not of their combinations.
 */
export function matchesInOneElement(alternative: Alternative, event: ParsedEvent): boolean {
  const fields = alternative.map((clause) => {
    const all = event.leaves.get(clause.path) ?? [];
    const matching = all.filter(({ value }) => clause.tests.some((test) => test(value)));
    return { all: placesOf(all), matching: placesOf(matching), orAbsent: clause.orAbsent };
  });
  const arraysOfLater: ReadonlySet<number>[] = [];
  let later: ReadonlySet<number> = new Set();
  for (const { all } of fields.toReversed()) {
    arraysOfLater.unshift(later);
    later = later.union(arraysIn(all));
  }

  let choices: readonly Choice[] = [new Map()];
  for (const [at, { all, matching, orAbsent }] of fields.entries()) {
    const open = new Map<string, Choice>();
    const keep = (choice: Choice) => {
      const relevant = [...choice].filter(([array]) => arraysOfLater[at]!.has(array));
      open.set(relevant.map(([array, index]) => `${array}:${index}`).join(' '), new Map(relevant));
    };
    for (const choice of choices) {
      // absent means: absent from the elements chosen so far
      if (orAbsent && !reachable(all, choice).next().value) keep(choice);
      for (const reached of reachable(matching, choice)) keep(reached);
    }
    if (open.size === 0) return false;
    choices = [...open.values()];
  }
  return true;
}

/** The element chosen of each array. */
type Choice = ReadonlyMap<number, number>;

/** The places of a field's leaves, outermost array first: array → element → what lies in it. */
interface Places {
  /** Whether a leaf lies right here. */
  leaf: boolean;
  readonly arrays: Map<number, Map<number, Places>>;
}

function placesOf(leaves: readonly Leaf[]): Places {
  const root: Places = { leaf: false, arrays: new Map() };
  for (const { place } of leaves) descend(root, place).leaf = true;
  return root;
}

function descend(root: Places, place: Place | undefined): Places {
  if (place === undefined) return root;
  const outer = descend(root, place.outer);
  const elements = outer.arrays.get(place.array) ?? new Map<number, Places>();
  outer.arrays.set(place.array, elements);
  const inner = elements.get(place.index) ?? { leaf: false, arrays: new Map<number, Map<number, Places>>() };
  elements.set(place.index, inner);
  return inner;
}

function arraysIn(places: Places): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = ({ arrays }: Places) => {
    for (const [array, elements] of arrays) {
      found.add(array);
      for (const inner of elements.values()) visit(inner);
    }
  };
  visit(places);
  return found;
}

/** The choice, once for each leaf that it does not rule out, with the elements that the leaf lies in. */
function* reachable(places: Places, choice: Choice): Generator<Choice, undefined> {
  if (places.leaf) yield choice;
  for (const [array, elements] of places.arrays) {
    const chosen = choice.get(array);
    const open = chosen === undefined ? elements.keys() : [chosen];
    for (const index of open) {
      const inner = elements.get(index);
      if (inner !== undefined) yield* reachable(inner, new Map(choice).set(array, index));
    }
  }
  return undefined;
}
