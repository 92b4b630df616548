import type { OPERATORS as KNOWN } from '../../../../shared/event-pattern/pattern-operators.ts';
import { fieldAt, type PatternField } from './pattern-fields.ts';
import type { Span } from './pattern-place.ts';
import { after, type OpenPart, type PatternToken, tokensOf } from './pattern-tokens.ts';
import { endingsOf, foldersOf, type SeenValues } from './seen-values.ts';

/** What may be written where the caret stands. */
export interface Suggestion {
  /** What is chosen by: a field's name, an operator, a value. */
  readonly label: string;
  /** `in 12 of the events`, `12 fields` */
  readonly hint?: string;
  /** What comes in the place of `over`. */
  readonly text: string;
  readonly over: Span;
  /** Where the caret stands then, from the beginning of the text. */
  readonly caret: number;
}

const MOST = 20;

/** The words that fit at the caret, those first that begin with what stands there. Empty where nothing can be said. */
export function suggestionsAt(text: string, caret: number, seen: SeenValues): readonly Suggestion[] {
  const tokens = tokensOf(text);
  const typed = tokens.find((token) => {
    const { kind, start, end } = token;
    if (kind === 'string') return start < caret && (caret < end || isOpenString(token));
    return kind === 'word' && start < caret && caret <= end;
  });
  const before = tokens.filter(({ end, start }) => end <= caret && start !== typed?.start);
  const inner = before.reduce<readonly OpenPart[]>(after, []).at(-1);
  if (inner === undefined || (typed === undefined && /^(comma|colon)$/.test(inner.wants))) return [];
  const place: Caret = {
    text,
    caret,
    inner,
    typed,
    next: tokens.find(({ start }) => start >= (typed?.end ?? caret)),
  };
  const all = inner.wants === 'name' ? names(place) : values(place, seen);
  const word = wordBefore(place);
  const fit = fitting(all, word);
  // a whole word in quotes says all; one that is open still lacks what follows it
  const isWhole = typed !== undefined && !isOpenString(typed);
  return fit.filter(({ label }) => !isWhole || label.toLowerCase() !== word).slice(0, MOST);
}

/** Whether its closing quote is not there yet. */
const isOpenString = ({ kind, start, end, text }: PatternToken): boolean =>
  kind === 'string' && end - start < text.length + 2;

interface Caret {
  readonly text: string;
  readonly caret: number;
  readonly inner: OpenPart;
  /** The word in which it stands. */
  readonly typed: PatternToken | undefined;
  /** The word behind. */
  readonly next: PatternToken | undefined;
}

function wordBefore({ text, caret, typed }: Caret): string {
  if (typed === undefined) return '';
  return text.slice(typed.start, caret).replace(/^"/, '').toLowerCase();
}

function fitting(all: readonly Suggestion[], word: string): readonly Suggestion[] {
  const begins = all.filter(({ label }) => label.toLowerCase().startsWith(word));
  const holds = all.filter(
    ({ label }) => label.toLowerCase().includes(word) && !begins.some((one) => one.label === label),
  );
  return [...begins, ...holds];
}

/** Fields of a pattern, operators of a matcher. */
function names(place: Caret): readonly Suggestion[] {
  const { inner, next } = place;
  const hasValue = next?.kind === ':';
  if (inner.role === 'matcher') {
    return OPERATORS.filter((operator) => isOperatorIn(inner, operator)).map((operator) =>
      written(place, operator, JSON.stringify(operator), hasValue ? undefined : OPERANDS[operator]),
    );
  }
  const here = fieldAt(inner.path);
  if (here?.kind !== 'fields') return [];
  const absent = Object.keys(here.fields).filter((name) => !inner.names.includes(name));
  const fields = absent.map((name) =>
    written(place, name, JSON.stringify(name), hasValue ? undefined : bracketsOf(here.fields[name])),
  );
  return [
    ...fields,
    written(place, '$or', '"$or"', hasValue ? undefined : ['[{ ', ' }, {  }]'], 'alternatives'),
  ];
}

const bracketsOf = (field: PatternField | undefined): readonly [string, string] =>
  field?.kind === 'fields' ? ['{ ', ' }'] : ['[', ']'];

type Operator = (typeof KNOWN)[number];

/** What stands behind an operator, before and behind the caret. */
const OPERANDS: Readonly<Record<Operator, readonly [string, string]>> = {
  prefix: ['"', '"'],
  suffix: ['"', '"'],
  wildcard: ['"', '"'],
  'anything-but': ['[', ']'],
  'equals-ignore-case': ['"', '"'],
  numeric: ['[">=", ', ']'],
  exists: ['', ''],
  cidr: ['"', '"'],
};

const OPERATORS = Object.keys(OPERANDS) as readonly Operator[];

const EXCLUDING: readonly string[] = ['prefix', 'suffix', 'wildcard', 'equals-ignore-case'];

/** Which operators may stand in another one, and with which fields. */
function isOperatorIn({ path, operators }: OpenPart, operator: string): boolean {
  const outer = operators.at(-1);
  if (outer === 'anything-but') return EXCLUDING.includes(operator);
  if (outer !== undefined) return operator === 'equals-ignore-case';
  switch (fieldAt(path)?.kind) {
    case 'number':
      return ['numeric', 'anything-but', 'exists'].includes(operator);
    case 'boolean':
      return operator === 'exists';
    case 'text':
      return operator !== 'numeric';
    case 'fields':
    case 'any':
    case undefined:
    default:
      return true;
  }
}

function values(place: Caret, seen: SeenValues): readonly Suggestion[] {
  const { inner } = place;
  switch (inner.role) {
    case 'pattern': {
      const field = fieldAt([...inner.path, inner.names.at(-1) ?? '']);
      if (place.typed !== undefined || field === undefined) return [];
      const [open, close] = bracketsOf(field);
      return [written(place, field.kind === 'fields' ? '{ fields }' : '[ values ]', '', [open, close])];
    }
    case 'matchers':
      return [...literals(place, seen), ...(place.typed?.kind === 'string' ? [] : operatorObjects(place))];
    case 'matcher':
      return operands(place, inner.names.at(-1) ?? '', seen);
    case 'operands':
      return inner.operators.at(-1) === 'anything-but'
        ? literals(place, seen)
        : operands(place, inner.operators.at(-1) ?? '', seen);
    case 'alternatives':
      return [];
    default:
      return inner.role satisfies never;
  }
}

/** Values that were seen in the field, then those that it may have. */
function literals(place: Caret, seen: SeenValues): readonly Suggestion[] {
  const { path } = place.inner;
  const field = fieldAt(path);
  const known = field?.kind === 'text' ? (field.values ?? []).map((value) => JSON.stringify(value)) : [];
  const there = seen.get(path.join('.')) ?? [];
  const unseen = [...known, ...(field?.kind === 'boolean' ? ['true', 'false'] : [])].filter(
    (json) => !there.some(([one]) => one === json),
  );
  return [
    ...there.map(([json, times]) => written(place, labelOf(json), json, undefined, `seen ${times} ×`)),
    ...unseen.map((json) => written(place, labelOf(json), json)),
  ];
}

const labelOf = (json: string): string => (json.startsWith('"') ? (JSON.parse(json) as string) : json);

const operatorObjects = (place: Caret): readonly Suggestion[] =>
  OPERATORS.filter((operator) => isOperatorIn(place.inner, operator)).map((operator) => {
    const [open, close] = OPERANDS[operator];
    return written(place, operator, `{ "${operator}"`, [open, `${close} }`], 'operator');
  });

/** What an operator may be given, made of the values that were seen. */
function operands(place: Caret, operator: string, seen: SeenValues): readonly Suggestion[] {
  const there = (seen.get(place.inner.path.join('.')) ?? []).map(([json]) => JSON.parse(json) as unknown);
  const texts = there.filter((value) => typeof value === 'string');
  switch (operator) {
    case 'exists':
      return ['true', 'false'].map((word) => written(place, word, word));
    case 'prefix':
      return counted(place, texts.flatMap(foldersOf));
    case 'suffix':
      return counted(place, texts.flatMap(endingsOf));
    case 'wildcard':
      return counted(
        place,
        texts.flatMap((text) =>
          foldersOf(text).flatMap((folder) => endingsOf(text).map((ending) => `${folder}*${ending}`)),
        ),
      );
    case 'anything-but':
    case 'equals-ignore-case':
      return literals(place, seen);
    default:
      return [];
  }
}

function counted(place: Caret, texts: readonly string[]): readonly Suggestion[] {
  const times = Map.groupBy(texts, (text) => text);
  return [...times]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([text, all]) => written(place, text, JSON.stringify(text), undefined, `in ${all.length} values`));
}

/** @param around what comes behind `json`, before and behind the caret: of a field its brackets */
function written(
  { caret, typed, text, inner }: Caret,
  label: string,
  json: string,
  around?: readonly [string, string],
  hint?: string,
): Suggestion {
  // a quote that is not closed ends with its line, where brackets may stand that are none of the word
  const start = typed?.start ?? caret;
  const end = typed !== undefined && isOpenString(typed) ? caret : (typed?.end ?? caret);
  const colon = around !== undefined && json !== '' && inner.wants !== 'colon' ? ': ' : '';
  const space = typed === undefined && /[:,]$/.test(text.slice(0, caret)) ? ' ' : '';
  const head = `${space}${json}${colon}${around?.[0] ?? ''}`;
  return {
    label,
    text: head + (around?.[1] ?? ''),
    over: { start, end },
    caret: start + head.length,
    ...(hint !== undefined && { hint }),
  };
}
