import {
  JsonTextError,
  type JsonValue,
  readJson,
  writeJson,
} from '../../../../shared/event-pattern/pattern-json.ts';
import type { explainDocument } from '../../../explain/explain-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { placeOfMistake, type Span } from './pattern-place.ts';

type Explained = DocumentOf<typeof explainDocument>;

/** A text that is JSON. */
export interface TypedJson {
  readonly kind: 'json';
  readonly json: JsonValue;
  /** Without spaces between its words, as a rule keeps it: a pattern may be laid out over lines. */
  readonly compact: string;
}

export interface PatternMistake {
  readonly kind: 'mistake';
  /** As the command line says it. */
  readonly message: string;
  /** Where; absent where it is the whole. */
  readonly place: Span | undefined;
}

/** A text that `sluice explain` has taken for a pattern, with what it uses of the quotas. */
export interface GoodPattern extends Omit<TypedJson, 'kind'> {
  readonly kind: 'pattern';
  readonly measures: Pick<Explained['patterns'][number], 'complexity' | 'combinations'>;
  readonly quota: Explained['quota'];
}

/** Reads what was typed as far as it is JSON; whether it is a pattern is for `sluice explain` to say. */
export function typedJson(text: string): TypedJson | PatternMistake {
  try {
    const json = readJson(text);
    if (json.kind === 'object') return { kind: 'json', json, compact: writeJson(json) };
    return { kind: 'mistake', message: 'a pattern is an object: it begins with {', place: undefined };
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { message, position } = error;
    const end = position === undefined ? 0 : Math.min(text.length, position + 1);
    const place = position === undefined ? undefined : { start: Math.min(position, text.length), end };
    return { kind: 'mistake', message, place };
  }
}

const NO_PATTERN = 'no pattern: ';

/** What the verb says of a text that it does not take for a pattern; undefined where it failed for another reason. */
export function refusedPattern(text: string, said: string): PatternMistake | undefined {
  if (!said.startsWith(NO_PATTERN)) return undefined;
  const message = said.slice(NO_PATTERN.length);
  return { kind: 'mistake', message, place: placeOfMistake(text, message) };
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
