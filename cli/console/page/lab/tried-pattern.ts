import { multiplyOut } from '../../../../shared/event-pattern/pattern-alternatives.ts';
import { InvalidEventPatternError, readClauses } from '../../../../shared/event-pattern/pattern-clauses.ts';
import {
  JsonTextError,
  type JsonValue,
  readJson,
  writeJson,
} from '../../../../shared/event-pattern/pattern-json.ts';
import { compilePattern, type EventMatcher } from '../../../../shared/event-pattern/pattern-matcher.ts';
import { placeOfClause, type Span } from './pattern-place.ts';

/** What somebody typed, as far as it is a pattern. */
export type TriedPattern =
  | {
      readonly kind: 'pattern';
      readonly matcher: EventMatcher;
      readonly json: JsonValue;
      /** Without spaces between its words, as a rule keeps it. */
      readonly compact: string;
      /** What its `$or` lists come to when they are multiplied out; 1 without any. */
      readonly combinations: number;
    }
  | {
      readonly kind: 'mistake';
      /** As the command line says it. */
      readonly message: string;
      /** Where; absent where it is the whole. */
      readonly place: Span | undefined;
    };

/** Reads what was typed. A pattern may be laid out over lines: what counts against its length is its compact form. */
export function tryPattern(text: string): TriedPattern {
  let json: JsonValue;
  try {
    json = readJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { position } = error;
    const end = position === undefined ? 0 : Math.min(text.length, position + 1);
    return {
      kind: 'mistake',
      message: error.message,
      place: position === undefined ? undefined : { start: Math.min(position, text.length), end },
    };
  }
  const compact = writeJson(json);
  try {
    const matcher = compilePattern(compact);
    const combinations = multiplyOut(readClauses(compact)).length;
    return { kind: 'pattern', matcher, json, compact, combinations };
  } catch (error) {
    if (!(error instanceof InvalidEventPatternError)) throw error;
    return { kind: 'mistake', message: error.message, place: placeOfClause(text, error) };
  }
}

/** A rule's pattern, and what is written in it whatever the consumer asks: whose events, and of which bucket. */
export interface Pins {
  readonly account: string;
  readonly bucket: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** How many characters the pattern has as the rule of a consumer, which pins source, account and bucket. */
export function charactersAsRule(compact: string, { account, bucket }: Pins): number {
  const pattern = JSON.parse(compact) as Fields;
  const detail = { ...(pattern['detail'] as Fields | undefined), bucket: { name: [bucket] } };
  return JSON.stringify({ ...pattern, source: ['aws.s3'], account: [account], detail }).length;
}
