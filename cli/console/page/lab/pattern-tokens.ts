/** A word of a text that is JSON, or becomes JSON while it is typed. */
export interface PatternToken {
  readonly kind: '{' | '}' | '[' | ']' | ',' | ':' | 'string' | 'word';
  readonly start: number;
  readonly end: number;
  /** The word; without its quotes where it is a string, as it was typed. */
  readonly text: string;
}

// a string that is not closed yet ends with its line
const TOKEN = /"((?:[^"\\\n]|\\.)*)"?|[{}[\],:]|[^\s{}[\],:"]+/g;

/** The words of the text, with where they stand. Nothing in it is refused. */
export function tokensOf(text: string): readonly PatternToken[] {
  return Array.from(text.matchAll(TOKEN), ({ 0: all, 1: inside, index: start }) => ({
    kind: inside !== undefined ? 'string' : all.length === 1 && '{}[],:'.includes(all) ? all : 'word',
    start,
    end: start + all.length,
    text: inside ?? all,
  })) as readonly PatternToken[];
}

/**
 * An object or a list that is open. `pattern` holds fields, `matchers` is a field's list, `matcher` holds an operator,
 * `operands` is an operator's list, `alternatives` is the list of a `$or`.
 */
export interface OpenPart {
  readonly role: 'pattern' | 'matchers' | 'matcher' | 'operands' | 'alternatives';
  /** Names of the fields from the root; a `$or` is none of them. */
  readonly path: readonly string[];
  /** Operators from the field's list inwards: `anything-but`, `prefix`. */
  readonly operators: readonly string[];
  /** Where it begins. */
  readonly start: number;
  /** Fields, or operators, that it has so far; the last one is being given its value while `wants` is `value`. */
  readonly names: readonly string[];
  readonly wants: 'name' | 'colon' | 'value' | 'comma';
}

/** What is open behind a token, when this was open before it; the innermost stands last. */
export function after(open: readonly OpenPart[], token: PatternToken): readonly OpenPart[] {
  const inner = open.at(-1);
  switch (token.kind) {
    case '{':
    case '[':
      return [...open, opened(inner, token)];
    case '}':
    case ']':
      return had(open.slice(0, -1));
    case ',':
      return changed(open, { wants: isObject(inner) ? 'name' : 'value' });
    case ':':
      return changed(open, { wants: 'value' });
    case 'string':
    case 'word':
      if (inner === undefined || inner.wants !== 'name') return had(open);
      return changed(open, { names: [...inner.names, token.text], wants: 'colon' });
    default:
      return token.kind satisfies never;
  }
}

/** Whether its names are followed by values. */
const isObject = (part: OpenPart | undefined): boolean =>
  part?.role === 'pattern' || part?.role === 'matcher';

/** Behind a value comes a comma, or the end. */
const had = (open: readonly OpenPart[]): readonly OpenPart[] => changed(open, { wants: 'comma' });

function changed(open: readonly OpenPart[], change: Partial<OpenPart>): readonly OpenPart[] {
  const inner = open.at(-1);
  return inner === undefined ? open : [...open.slice(0, -1), { ...inner, ...change }];
}

function opened(outer: OpenPart | undefined, { kind, start }: PatternToken): OpenPart {
  const isList = kind === '[';
  const begun = { start, names: [], wants: isList ? 'value' : 'name' } as const;
  const { path = [], operators = [] } = outer ?? {};
  const name = outer?.names.at(-1) ?? '';
  switch (outer?.role) {
    case undefined:
      return { ...begun, role: isList ? 'matchers' : 'pattern', path, operators };
    case 'pattern':
      if (name === '$or' && isList) return { ...begun, role: 'alternatives', path, operators };
      return { ...begun, role: isList ? 'matchers' : 'pattern', path: [...path, name], operators };
    case 'alternatives':
      return { ...begun, role: isList ? 'alternatives' : 'pattern', path, operators };
    case 'matchers':
      return { ...begun, role: isList ? 'matchers' : 'matcher', path, operators };
    case 'matcher':
      return { ...begun, role: isList ? 'operands' : 'matcher', path, operators: [...operators, name] };
    case 'operands':
    default:
      return { ...begun, role: isList ? 'operands' : 'matcher', path, operators };
  }
}
