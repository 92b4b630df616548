import { matchesStars } from '../../shared/glob.ts';
import { invalidPattern } from './invalid-pattern.ts';

type Test = (line: unknown) => boolean;

const TOKEN = /\s*(?:(\|\||&&|!=|<=|>=|[=<>(){}])|"((?:[^"\\]|\\.)*)"|([^\s"()=<>!&|{}]+))/y;

interface Token {
  readonly text: string;
  readonly kind: 'sign' | 'quoted' | 'word';
}

/** `{ $.key = "csv/*" && ($.level = ERROR || $.receive_count >= 3) }`, for lines that are JSON objects; others never match. */
export function jsonFilter(pattern: string): (line: string) => boolean {
  const tokens = tokensOf(pattern);
  const [first, last] = [tokens.shift(), tokens.pop()];
  if (first?.text !== '{' || last?.text !== '}') {
    throw invalidPattern(pattern, 'it must stand in one pair of braces');
  }
  const test = new Reader(tokens, pattern).whole();
  return (line) => {
    if (!line.startsWith('{')) return false;
    try {
      return test(JSON.parse(line));
    } catch {
      return false;
    }
  };
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const text = pattern.trimEnd();
  for (let at = 0; at < text.length;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) {
      throw invalidPattern(pattern, `what stands at ${JSON.stringify(text.slice(at))} is not understood`);
    }
    const [whole, sign, quoted, word] = match;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (quoted === undefined) tokens.push({ kind: 'word', text: word ?? '' });
    else tokens.push({ kind: 'quoted', text: quoted });
    at += whole.length;
  }
  return tokens;
}

class Reader {
  readonly #tokens: Token[];
  readonly #pattern: string;

  constructor(tokens: Token[], pattern: string) {
    this.#tokens = tokens;
    this.#pattern = pattern;
  }

  whole(): Test {
    const test = this.#either();
    const [rest] = this.#tokens;
    if (rest !== undefined) throw this.#unexpected(rest);
    return test;
  }

  #either(): Test {
    const tests = [this.#both()];
    while (this.#accepts('||')) tests.push(this.#both());
    return (line) => tests.some((test) => test(line));
  }

  #both(): Test {
    const tests = [this.#one()];
    while (this.#accepts('&&')) tests.push(this.#one());
    return (line) => tests.every((test) => test(line));
  }

  #one(): Test {
    if (this.#accepts('(')) {
      const test = this.#either();
      if (!this.#accepts(')')) throw invalidPattern(this.#pattern, 'a bracket is not closed');
      return test;
    }
    const read = this.#selector();
    const operator = this.#next();
    if (operator.text === 'IS') return this.#is(read);
    if (operator.text === 'NOT' && this.#next().text === 'EXISTS') return (line) => read(line) === undefined;
    if (operator.kind !== 'sign' || !/^(=|!=|<|<=|>|>=)$/.test(operator.text)) {
      throw this.#unexpected(operator);
    }
    return comparison(read, operator.text, this.#next(), this.#pattern);
  }

  #is(read: (line: unknown) => unknown): Test {
    const value = this.#next();
    const wanted = { NULL: null, TRUE: true, FALSE: false }[value.text];
    if (wanted === undefined) throw this.#unexpected(value);
    return (line) => read(line) === wanted;
  }

  #selector(): (line: unknown) => unknown {
    const token = this.#next();
    if (token.kind !== 'word' || !/^\$(\.[\w-]+|\[\d+\])+$/.test(token.text)) throw this.#unexpected(token);
    const steps = [...token.text.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(
      ([, name, index]) => name ?? Number(index),
    );
    return (line) =>
      steps.reduce<unknown>((value, step) => (own(value, step) ? value[step] : undefined), line);
  }

  #accepts(text: string): boolean {
    const [token] = this.#tokens;
    if (token?.kind !== 'sign' || token.text !== text) return false;
    this.#tokens.shift();
    return true;
  }

  #next(): Token {
    const token = this.#tokens.shift();
    if (token === undefined) throw invalidPattern(this.#pattern, 'it ends too early');
    return token;
  }

  #unexpected({ text }: Token) {
    return invalidPattern(this.#pattern, `${JSON.stringify(text)} is not understood there`);
  }
}

function comparison(read: (line: unknown) => unknown, operator: string, value: Token, pattern: string): Test {
  const number = value.kind === 'word' && value.text.trim() !== '' ? Number(value.text) : Number.NaN;
  if (operator === '=' || operator === '!=') {
    const equals = Number.isNaN(number) ? textTest(unescaped(value)) : (found: unknown) => found === number;
    return (line) => {
      const found = read(line);
      return found !== undefined && equals(found) === (operator === '=');
    };
  }
  if (Number.isNaN(number)) {
    throw invalidPattern(pattern, `${operator} wants a number, not ${JSON.stringify(value.text)}`);
  }
  return (line) => {
    const found = read(line);
    if (typeof found !== 'number') return false;
    if (operator === '<') return found < number;
    if (operator === '<=') return found <= number;
    return operator === '>' ? found > number : found >= number;
  };
}

/** A star stands for any text. */
function textTest(text: string): (found: unknown) => boolean {
  return (found) => typeof found === 'string' && matchesStars(text, found);
}

/** As JSON escapes. */
function unescaped({ kind, text }: Token): string {
  if (kind !== 'quoted') return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

const own = (value: unknown, step: string | number): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, step);
