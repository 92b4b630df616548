import { JsonTextError, readJson, type JsonScalar, type JsonValue } from './pattern-json.ts';

/** Which element of which array a value lies in, outermost last. `array` numbers the arrays of one event. */
export interface Place {
  readonly array: number;
  readonly index: number;
  readonly outer: Place | undefined;
}

/** A string, number, boolean or null of an event. */
export interface Leaf {
  readonly value: JsonScalar;
  readonly place: Place | undefined;
}

/** An event read once, for all the patterns it is held against. */
export interface ParsedEvent {
  /** By path: `detail.object.key`. A path with several leaves runs through an array. */
  readonly leaves: ReadonlyMap<string, readonly Leaf[]>;
}

/** The text is no event: not JSON, or not an object. */
export class InvalidEventTextError extends Error {
  override readonly name = 'InvalidEventTextError';
}

/** @throws InvalidEventTextError */
export function parseEvent(text: string): ParsedEvent {
  let root: JsonValue;
  try {
    root = readJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonTextError)) throw cause;
    throw new InvalidEventTextError(`the event is ${cause.message}`, { cause });
  }
  if (root.kind !== 'object') {
    throw new InvalidEventTextError(`the event must be a JSON object, not ${text.slice(0, 40)}`);
  }
  const leaves = new Map<string, Leaf[]>();
  let arrays = 0;

  const visit = (value: JsonValue, path: string | undefined, place: Place | undefined): void => {
    if (value.kind === 'object') {
      for (const [name, field] of value.fields) {
        visit(field, path === undefined ? name : `${path}.${name}`, place);
      }
    } else if (value.kind === 'array') {
      const array = arrays;
      arrays++;
      for (const [index, item] of value.items.entries()) {
        // a plain value stands for the whole array: `["a","b"]` may meet two fields of a pattern with two elements
        const inside = item.kind === 'object' || item.kind === 'array';
        visit(item, path, inside ? { array, index, outer: place } : place);
      }
    } else if (path !== undefined && !path.endsWith('.')) {
      // the condition: AWS never finds a field with an empty name inside another one
      const there = leaves.get(path);
      if (there === undefined) leaves.set(path, [{ value, place }]);
      else there.push({ value, place });
    }
  };
  visit(root, undefined, undefined);
  return { leaves };
}
