import { XMLParser } from 'fast-xml-parser';
import { S3Error } from './s3-error.ts';

/** Elements of a request's document: text, or elements by name, several of one name in order. */
export type XmlElement = string | { readonly [name: string]: XmlElement | readonly XmlElement[] };

// entities are decoded below: the parser drops `&#x1;`, and a key without its control character is another key
const parser = new XMLParser({
  trimValues: false,
  parseTagValue: false,
  ignoreAttributes: true,
  ignoreDeclaration: true,
  processEntities: false,
  removeNSPrefix: true,
});

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The children of a request's root element.
 *
 * @throws S3Error `MalformedXML` unless `text` is a document of that root; entities that it declares itself are refused
 */
export function parseXml(
  text: string,
  root: string,
): { readonly [name: string]: XmlElement | readonly XmlElement[] } {
  if (text.includes('<!DOCTYPE')) throw malformed('it declares a document type');
  const escaped = text.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, data: string) => escapeXml(data));
  let document: Record<string, XmlElement>;
  try {
    document = parser.parse(escaped, true) as Record<string, XmlElement>;
  } catch (error) {
    throw malformed((error as Error).message);
  }
  const element = Object.hasOwn(document, root) ? document[root] : undefined;
  if (element === undefined) throw malformed(`its root is not ${root}`);
  return typeof element === 'string' ? {} : element;
}

/** The elements of one name, none when there are none. */
export function elements(parent: XmlElement, name: string): readonly XmlElement[] {
  if (typeof parent === 'string' || !Object.hasOwn(parent, name)) return [];
  const found = parent[name]!;
  return Array.isArray(found) ? (found as readonly XmlElement[]) : [found as XmlElement];
}

/** The text of the first element of that name, its entities decoded. */
export function textOf(parent: XmlElement, name: string): string | undefined {
  const [first] = elements(parent, name);
  if (first === undefined) return undefined;
  if (typeof first !== 'string') throw malformed(`${name} holds elements, not text`);
  return first.replace(/&([^;]*);?/g, (whole, entity: string) => {
    const number = /^#(?:x([0-9a-f]{1,6})|([0-9]{1,7}))$/i.exec(entity);
    const code = number === null ? undefined : Number.parseInt(number[1] ?? number[2]!, number[1] ? 16 : 10);
    if (code !== undefined && code <= 0x10ffff) return String.fromCodePoint(code);
    if (whole.endsWith(';') && Object.hasOwn(ENTITIES, entity)) return ENTITIES[entity]!;
    throw malformed(`unknown entity ${JSON.stringify(whole)}`);
  });
}

function malformed(why: string): S3Error {
  return new S3Error(
    'MalformedXML',
    `The XML you provided was not well-formed or did not validate against our published schema: ${why}`,
  );
}

/** Control characters, which XML 1.0 has no form for, are written as S3 writes them: `&#x1;`. */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- the control characters are what it looks for
  return text.replace(/[&<>"'\u0000-\u001f\u007f\ufffe\uffff]/g, (character) => {
    switch (character) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      case "'":
        return '&apos;';
      default:
        return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
    }
  });
}

/** `<name>text</name>`; nothing at all for an absent value. */
export function element(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** A whole response; `content` is already XML. */
export function xmlDocument(root: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`;
}
