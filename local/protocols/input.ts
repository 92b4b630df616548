import { Fields } from '../fields.ts';
import { AwsError, notImplemented } from './aws-error.ts';

/** The fields of a request, read by name and checked. */
export class Input extends Fields {
  readonly #operation: string;
  readonly #errorCode: string;
  readonly #missingCode: string | undefined;

  /**
   * @param operation for the words of an error: `EventBridge PutRule`
   * @param missingCode of a service that has a code of its own for what is missing, or empty
   */
  constructor(
    operation: string,
    fields: Readonly<Record<string, unknown>>,
    errorCode = 'ValidationException',
    missingCode?: string,
  ) {
    super(fields);
    this.#operation = operation;
    this.#errorCode = errorCode;
    this.#missingCode = missingCode;
  }

  text(name: string, form = /^[^]+$/): string {
    const isEmpty = this.#missingCode !== undefined && this.value(name) === '';
    return (isEmpty ? undefined : this.optionalText(name, form)) ?? this.missing(name);
  }

  optionalText(name: string, form = /^[^]*$/): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || !form.test(value)) this.refuse(name, `it must match ${form.source}`);
    return value;
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      this.refuse(name, `it must be a whole number from ${least} to ${most}`);
    }
    return value;
  }

  /** Milliseconds since 1970 of a time on the wire, which is in seconds. */
  time(name: string): number {
    return this.optionalTime(name) ?? this.missing(name);
  }

  optionalTime(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    // beyond it, Date has no text
    if (typeof value !== 'number' || !(Math.abs(value) <= 8.64e12)) {
      this.refuse(name, 'it must be a time in seconds');
    }
    return Math.round(value * 1_000);
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((value) =>
      typeof value === 'string' ? value : this.refuse(name, 'it must be a list of strings'),
    );
  }

  objects(name: string): readonly Input[] {
    return this.#list(name).map((value) => this.#nested(name, value));
  }

  object(name: string): Input | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : this.#nested(name, value);
  }

  /** An object whose names are data. */
  map(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.refuse(name, 'it must be an object');
    }
    return value as Record<string, unknown>;
  }

  /** @throws AwsError in AWS's words */
  missing(name: string): never {
    if (this.#missingCode === undefined) this.refuse(name, 'it is missing');
    throw new AwsError(this.#missingCode, `The request must contain the parameter ${name}.`);
  }

  /** @throws AwsError in AWS's words */
  refuse(name: string, reason: string): never {
    throw new AwsError(this.#errorCode, `Parameter ${name} is not valid. Reason: ${reason}.`);
  }

  /** The operation knows it in AWS, but not here. */
  protected override refuseUnread(name: string): never {
    throw notImplemented(`${this.#operation} with ${name}`);
  }

  #list(name: string): readonly unknown[] {
    const value = this.value(name) ?? [];
    return Array.isArray(value) ? value : this.refuse(name, 'it must be a list');
  }

  #nested(name: string, value: unknown): Input {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.refuse(name, 'it must be an object');
    }
    return new Input(
      `${this.#operation} ${name}`,
      value as Record<string, unknown>,
      this.#errorCode,
      this.#missingCode,
    );
  }
}
