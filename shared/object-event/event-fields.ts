import { InvalidEventError } from './invalid-event-error.ts';
import { isSequencer, normaliseSequencer } from './sequencer.ts';

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads the fields of one JSON object, and says which field is wrong. Only the fields that are asked for are looked at.
 * Null and the empty string count as absent: S3 sends an empty `sourceIPAddress` where it has none.
 *
 * @throws InvalidEventError of kind `malformed-event`, from every method.
 */
export class EventFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (!isObject(value)) {
      throw malformed(`${path} is ${shown(value)}: it must be an object`);
    }
    this.#fields = value;
    this.#path = path;
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name);
    if (value !== undefined && typeof value !== 'string') {
      throw malformed(`${this.#path}.${name} is ${shown(value)}: it must be a string`);
    }
    return value;
  }

  text(name: string): string {
    return this.#required(name, this.optionalText(name));
  }

  /** An ISO 8601 time, as UTC with milliseconds, so that string order is time order. */
  optionalTime(name: string): string | undefined {
    const text = this.optionalText(name);
    if (text === undefined) {
      return undefined;
    }
    const time = new Date(text);
    if (!TIMESTAMP.test(text) || Number.isNaN(time.getTime())) {
      throw malformed(
        `${this.#path}.${name} is ${shown(text)}: it must be a time such as 2026-11-20T07:00:00Z`,
      );
    }
    return time.toISOString();
  }

  time(name: string): string {
    return this.#required(name, this.optionalTime(name));
  }

  optionalSize(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) {
      return undefined;
    }
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
      throw malformed(`${this.#path}.${name} is ${shown(value)}: it must be a whole number of bytes`);
    }
    return value;
  }

  /** Listings and responses quote entity tags, events do not; without quotes they are one. */
  optionalEtag(name: string): string | undefined {
    return this.optionalText(name)?.replaceAll('"', '') || undefined;
  }

  optionalSequencer(name: string): string | undefined {
    const text = this.optionalText(name);
    if (text === undefined) {
      return undefined;
    }
    if (!isSequencer(text)) {
      throw malformed(`${this.#path}.${name} is ${shown(text)}: it must be 1 to 32 hexadecimal digits`);
    }
    return normaliseSequencer(text);
  }

  /** True or false; undefined for anything else. */
  optionalFlag(name: string): boolean | undefined {
    const value = this.value(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  /** The fields of a nested object; none when it is absent. */
  optionalObject(name: string): EventFields {
    return new EventFields(this.value(name) ?? {}, `${this.#path}.${name}`);
  }

  object(name: string): EventFields {
    return new EventFields(this.#fields[name], `${this.#path}.${name}`);
  }

  /** The value as it came; undefined when it is absent. */
  value(name: string): unknown {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
    return value === null || value === '' ? undefined : value;
  }

  #required<Value>(name: string, value: Value | undefined): Value {
    if (value === undefined) {
      throw malformed(`${this.#path}.${name} is missing or empty`);
    }
    return value;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as JSON, cut short: enough to recognise it in an error message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

export function malformed(message: string, options?: ErrorOptions): InvalidEventError {
  return new InvalidEventError('malformed-event', message, options);
}

export function unsupported(message: string): InvalidEventError {
  return new InvalidEventError('unsupported-event', message);
}

/**
 * Fails unless the version's major part is the one this code reads. A version that is absent passes: older events of
 * an archive carry fewer of them.
 */
export function requireMajorVersion(fields: EventFields, name: string, major: string, of: string): void {
  const version = fields.optionalText(name);
  if (version !== undefined && version.split('.')[0] !== major) {
    throw unsupported(
      `${of} has version ${shown(version)}: only major version ${major} is known, a newer release may read it`,
    );
  }
}

/** Without the fields that are undefined, so that an absent field is absent and not present as undefined. */
export function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields as undefined extends Fields[Name] ? never : Name]: Fields[Name] } & {
  [Name in keyof Fields as undefined extends Fields[Name] ? Name : never]?: Exclude<Fields[Name], undefined>;
} {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof withoutUndefined<Fields>
  >;
}
