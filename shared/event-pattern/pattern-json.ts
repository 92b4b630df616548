/** A string, number, boolean or null of a JSON text. Numbers keep their literal: `300`, `300.0` and `3e2` stay apart. */
export type JsonScalar =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly literal: string }
  | { readonly kind: 'literal'; readonly literal: 'true' | 'false' | 'null' };

/** A JSON text as it was written: fields in order, duplicates and `__proto__` among them. */
export type JsonValue =
  | JsonScalar
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly fields: readonly JsonField[] };

type JsonField = readonly [name: string, value: JsonValue];

/** The text is not JSON; the message says where and what stands there. */
export class JsonTextError extends Error {
  override readonly name = 'JsonTextError';
  /** Where it is wrong, from 0; absent where that is no one place. */
  readonly position: number | undefined;

  constructor(message: string, position?: number, options?: ErrorOptions) {
    super(message, options);
    this.position = position;
  }
}

// a reader that calls itself must stop before the stack does; AWS's own reader refuses deeper ones too
const DEEPEST = 1_000;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Reads a JSON text. `JSON.parse` will not do: it rounds numbers, and of two fields of one name it drops the first.
 *
 * @throws JsonTextError
 */
export function readJson(text: string): JsonValue {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonValue {
    if (depth > DEEPEST) throw new JsonTextError(`nested deeper than ${DEEPEST} levels`);
    this.#skipSpace();
    switch (this.#text[this.#at] ?? '') {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return { kind: 'string', value: this.#string() };
      default:
        return this.#numberOrLiteral();
    }
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail('the end');
  }

  #object(depth: number): JsonValue {
    const fields: JsonField[] = [];
    this.#at++;
    if (this.#takes('}')) return { kind: 'object', fields };
    do {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') this.#fail('a field name in double quotes');
      const name = this.#string();
      if (!this.#takes(':')) this.#fail('":"');
      fields.push([name, this.value(depth + 1)]);
    } while (this.#takes(','));
    if (!this.#takes('}')) this.#fail('"," or "}"');
    return { kind: 'object', fields };
  }

  #array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.#at++;
    if (this.#takes(']')) return { kind: 'array', items };
    do items.push(this.value(depth + 1));
    while (this.#takes(','));
    if (!this.#takes(']')) this.#fail('"," or "]"');
    return { kind: 'array', items };
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    let plain = true;
    for (; this.#text[end] !== '"'; end++) {
      if (end >= this.#text.length) this.#fail('the closing quote of a string');
      const code = this.#text.charCodeAt(end);
      if (code === 0x5c) {
        plain = false;
        end++;
      } else if (code < 0x20) {
        this.#at = end;
        this.#fail('an escape instead of a control character');
      }
    }
    this.#at = end + 1;
    if (plain) return this.#text.slice(start + 1, end);
    try {
      return JSON.parse(this.#text.slice(start, end + 1)) as string;
    } catch (cause) {
      throw new JsonTextError(`a string with a wrong escape at position ${start}`, start, { cause });
    }
  }

  #numberOrLiteral(): JsonScalar {
    const literal = this.#match(LITERAL);
    if (literal !== undefined) return { kind: 'literal', literal: literal as 'true' | 'false' | 'null' };
    const number = this.#match(NUMBER);
    if (number === undefined) this.#fail('a value');
    return { kind: 'number', literal: number };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    // most texts hold none
    if (this.#text.charCodeAt(this.#at) <= 0x20) this.#match(SPACE);
  }

  #fail(wanted: string): never {
    const found =
      this.#at < this.#text.length ? JSON.stringify(this.#text.slice(this.#at, this.#at + 12)) : 'the end';
    throw new JsonTextError(
      `not JSON: at position ${this.#at} stands ${found}, expected ${wanted}`,
      this.#at,
    );
  }
}

/** The value as compact JSON text, numbers as they were written. */
export function writeJson(value: JsonValue): string {
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.value);
    case 'array':
      return `[${value.items.map(writeJson).join(',')}]`;
    case 'object':
      return `{${value.fields.map(([name, field]) => `${JSON.stringify(name)}:${writeJson(field)}`).join(',')}}`;
    case 'number':
    case 'literal':
    default:
      return value.literal;
  }
}
