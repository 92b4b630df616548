import { invalidArgument, S3Error } from './s3-error.ts';
import { element, elements, parseXml, textOf, xmlDocument } from '../protocols/xml.ts';

/** One of the up to ten that an object has. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

const MOST_TAGS = 10;
// in UTF-16, as S3 counts them
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const CHARACTERS = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;

/**
 * The tags of `x-amz-tagging: colour=light%20blue&size=2`.
 *
 * @throws S3Error `InvalidArgument`, `InvalidTag` or `BadRequest` (more than ten)
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
export function readTagHeader(header: string | undefined): Tag[] {
  if (header === undefined) return [];
  const tags = [...new URLSearchParams(Buffer.from(header, 'latin1').toString())].map(([key, value]) => ({
    key,
    value,
  }));
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      header,
    );
  }
  return checked(tags);
}

/** The tags of `<Tagging><TagSet><Tag><Key>colour</Key><Value>blue</Value></Tag></TagSet></Tagging>`. */
export function readTagDocument(text: string): Tag[] {
  const [set] = elements(parseXml(text, 'Tagging'), 'TagSet');
  if (set === undefined) throw new S3Error('MalformedXML', 'a Tagging has no TagSet');
  const tags = elements(set, 'Tag').map((tag) => {
    const [key, value] = [textOf(tag, 'Key'), textOf(tag, 'Value')];
    if (key === undefined || value === undefined) {
      throw new S3Error('MalformedXML', 'a Tag has no Key or no Value');
    }
    return { key, value };
  });
  return checked(tags);
}

export function tagDocument(tags: readonly Tag[]): string {
  const list = tags.map(({ key, value }) => `<Tag>${element('Key', key)}${element('Value', value)}</Tag>`);
  return xmlDocument('Tagging', `<TagSet>${list.join('')}</TagSet>`);
}

function checked(tags: Tag[]): Tag[] {
  if (tags.length > MOST_TAGS) {
    throw new S3Error(
      'BadRequest',
      `Object tags cannot be greater than ${MOST_TAGS}, and these are ${tags.length}`,
    );
  }
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    if (seen.has(key)) throw invalidTag('Cannot provide multiple Tags with the same key', { TagKey: key });
    seen.add(key);
    if (key.startsWith('aws:')) throw invalidTag('Your TagKey cannot be prefixed with aws:', { TagKey: key });
    if (key === '' || key.length > LONGEST_KEY || !CHARACTERS.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', { TagKey: key });
    }
    if (value.length > LONGEST_VALUE || !CHARACTERS.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', { TagKey: key, TagValue: value });
    }
  }
  return tags;
}

function invalidTag(message: string, details: Readonly<Record<string, string>>): S3Error {
  return new S3Error('InvalidTag', message, { details });
}
