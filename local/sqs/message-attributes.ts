import { createHash } from 'node:crypto';
import { AwsError } from '../protocols/aws-error.ts';

/** One message attribute as the JSON protocol has it; a binary value is base64. */
interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const MOST_ATTRIBUTES = 10;

// what XML 1.0 allows, as SQS has it; lone surrogates have no place in it either
// oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
const REFUSED_CHARACTER = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** @throws AwsError `InvalidMessageContents` naming the character */
export function checkCharacters(text: string, what: string): void {
  const refused = REFUSED_CHARACTER.exec(text)?.[0];
  if (refused === undefined) return;
  throw new AwsError(
    'InvalidMessageContents',
    `Invalid characters found in ${what}. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF, not #x${refused.codePointAt(0)!.toString(16)}`,
  );
}

const invalid = (text: string) => new AwsError('InvalidParameterValue', text);

/** @throws AwsError `InvalidParameterValue` naming the attribute */
export function checkAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > MOST_ATTRIBUTES) {
    throw invalid(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [${MOST_ATTRIBUTES}].`,
    );
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    if (!/^(?!(AWS|Amazon)\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i.test(name)) {
      throw invalid(`The message attribute name '${name}' is invalid.`);
    }
    if (typeof DataType !== 'string' || !/^(String|Number|Binary)(\..+)?$/.test(DataType)) {
      throw invalid(`The message attribute '${name}' has an invalid message attribute type '${DataType}'.`);
    }
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (typeof value !== 'string' || value === '') {
      throw invalid(`The message attribute '${name}' must contain a non-empty value of type '${DataType}'.`);
    }
    if (!DataType.startsWith('Binary')) checkCharacters(value, `the attribute '${name}'`);
  }
}

/** Bytes that the attributes take of the message's size. */
export function attributesBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + valueOf(attribute).length,
    0,
  );
}

/** MD5 over names, types and values, sorted by name, each with its length before it: clients check it. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const update = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name]!;
    update(Buffer.from(name));
    update(Buffer.from(attribute.DataType));
    hash.update(Buffer.of(attribute.DataType.startsWith('Binary') ? 2 : 1));
    update(valueOf(attribute));
  }
  return hash.digest('hex');
}

/** The attributes that a receiver asked for: by name, by `prefix.*`, or all of them by `All`, `.*` or `*`. */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const all = ['All', '.*', '*'].some((name) => wanted.includes(name));
  const prefixes = wanted.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -2));
  const isWanted = (name: string) =>
    all || wanted.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

function valueOf({ DataType, StringValue = '', BinaryValue = '' }: MessageAttribute): Buffer {
  return DataType.startsWith('Binary') ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue);
}
