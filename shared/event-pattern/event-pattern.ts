import type { S3BusEvent } from '../object-event/s3-bus-event.ts';

/**
 * An EventBridge event pattern for events of type `Event`, written as a plain object. A misspelt field, and a value
 * that the field cannot take, fail to compile:
 *
 *     const uploads = {
 *       source: ['aws.s3'],
 *       'detail-type': ['Object Created'],
 *       detail: { object: { key: [{ wildcard: 'csv/*.csv' }] }, reason: [{ 'anything-but': 'CopyObject' }] },
 *     } satisfies EventPattern;
 *
 * Fields beside one another must all match; of the matchers in one list any may. The names are EventBridge's own, so
 * that the object, written as JSON, is the pattern.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export type EventPattern<Event = S3BusEvent> = {
  readonly [Name in FieldNames<Event>]?: FieldPattern<Exclude<FieldValue<Event, Name>, undefined>>;
} & {
  /** Alternatives, at least two; they are AND-ed with the fields beside them. */
  readonly $or?: readonly [EventPattern<Event>, EventPattern<Event>, ...EventPattern<Event>[]];
};

/** What a leaf of the event may be tested with; `Value` is what the event holds there. */
type Matcher<Value> = Value | null | OneOf<{ exists: boolean } & Operators<Value>>;

type Operators<Value> = [Value] extends [string]
  ? TextOperators<Value>
  : [Value] extends [number]
    ? NumberOperators<Value>
    : unknown;

interface TextOperators<Value extends string> {
  prefix: string | IgnoringCase;
  suffix: string | IgnoringCase;
  wildcard: string;
  'equals-ignore-case': string;
  cidr: string;
  'anything-but': Value | readonly Value[] | OneOf<ExcludedTexts>;
}

interface IgnoringCase {
  readonly 'equals-ignore-case': string;
}

interface ExcludedTexts {
  prefix: string | readonly string[];
  suffix: string | readonly string[];
  wildcard: string | readonly string[];
  'equals-ignore-case': string | readonly string[];
}

interface NumberOperators<Value extends number> {
  numeric: readonly [Comparison, number] | readonly [Comparison, number, Comparison, number];
  'anything-but': Value | readonly Value[];
}

type Comparison = '<' | '<=' | '=' | '>' | '>=';

/** An object with exactly one of these fields: EventBridge refuses `{ prefix: 'csv/', suffix: '.csv' }`. */
type OneOf<Fields> = {
  [Name in keyof Fields]: { readonly [One in Name]: Fields[One] } & {
    readonly [Other in Exclude<keyof Fields, Name>]?: never;
  };
}[keyof Fields];

/** Nested under a field that holds an object; a list of matchers on one that holds a value or an array of values. */
type FieldPattern<Value> = [Value] extends [readonly (infer Element)[]]
  ? readonly Matcher<Element>[]
  : [Value] extends [object]
    ? EventPattern<Value>
    : readonly Matcher<Value>[];

/** Every field that any member of the union has. */
type FieldNames<Event> = Event extends unknown ? keyof Event : never;

/** What the field may hold in those members of the union that have it. */
type FieldValue<Event, Name> = Event extends unknown
  ? Name extends keyof Event
    ? Event[Name]
    : never
  : never;
