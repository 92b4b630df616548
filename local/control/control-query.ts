import { AwsError } from '../protocols/aws-error.ts';

const LARGEST_PAGE = 1_000;

/** The question of a control call, as it stands in the URL: only the names that the contract has can be read. */
export class ControlQuery<Question> {
  readonly #query: URLSearchParams;

  constructor(query: URLSearchParams) {
    this.#query = query;
  }

  /** @throws AwsError `ValidationException` when it is not there */
  text(name: keyof Question & string): string {
    const value = this.#query.get(name);
    if (value === null || value === '') throw new AwsError('ValidationException', `the query lacks ${name}`);
    return value;
  }

  optionalText(name: keyof Question & string): string | undefined {
    return this.#query.get(name) ?? undefined;
  }

  /** A JSON array of at most 1,000 texts. @throws AwsError `ValidationException` for anything else */
  texts(name: keyof Question & string): readonly string[] {
    let value: unknown;
    try {
      value = JSON.parse(this.text(name));
    } catch {
      value = undefined;
    }
    if (
      !Array.isArray(value) ||
      value.length > LARGEST_PAGE ||
      value.some((one) => typeof one !== 'string')
    ) {
      throw new AwsError('ValidationException', `${name} is no JSON array of at most ${LARGEST_PAGE} texts`);
    }
    return value as string[];
  }

  /** @default the first of the words @throws AwsError `ValidationException` for any other */
  oneOf<Word extends string>(name: keyof Question & string, words: readonly [Word, ...Word[]]): Word {
    const text = this.#query.get(name) ?? words[0];
    const word = words.find((one) => one === text);
    if (word !== undefined) return word;
    throw new AwsError('ValidationException', `${name} is ${words.join(' or ')}, not ${text}`);
  }

  /** @returns milliseconds since 1970 @throws AwsError `ValidationException` for anything but an ISO 8601 time */
  timeMs(name: keyof Question & string): number {
    const ms = Date.parse(this.text(name));
    if (Number.isNaN(ms)) {
      throw new AwsError('ValidationException', `${name} is no ISO 8601 time: ${this.text(name)}`);
    }
    return ms;
  }

  /** @throws AwsError `ValidationException` for anything but a whole number from `least` to `most` */
  whole(name: keyof Question & string, least: number, most: number): number {
    const text = this.text(name);
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new AwsError('ValidationException', `${name} is no whole number from ${least} to ${most}: ${text}`);
  }

  /** From 1 to 1,000. @default 1,000 */
  pageSize(name: keyof Question & string): number {
    const asked = Number(this.#query.get(name) ?? LARGEST_PAGE) || LARGEST_PAGE;
    return Math.min(LARGEST_PAGE, Math.max(1, asked));
  }
}
