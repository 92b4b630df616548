import { SaxesParser } from 'saxes';
import { S3Error } from '../s3/s3-error.ts';

/** An element of a request's document, its entities decoded. */
export interface XmlElement {
  readonly text: string;
  /** By name without its namespace's prefix, in order. */
  readonly children: ReadonlyMap<string, readonly XmlElement[]>;
}

interface OpenElement extends XmlElement {
  text: string;
  readonly children: Map<string, XmlElement[]>;
}

// the largest legal document completes an upload of 10,000 parts, each with its number, its tag and its checksums
const MOST_ELEMENTS = 130_000;

const DEEPEST_ELEMENT = 10;

/**
 * The root element of a request's document, read in time that grows with the document's length and no faster.
 * What XML has no form for is refused, as S3 does it: a control character, also as `&#x1;`.
 *
 * @throws S3Error `MalformedXML` unless `text` is a document of that root; one that declares a type is refused
 */
export function parseXml(text: string, root: string): XmlElement {
  const document = newElement();
  const open = [document];
  let count = 0;
  const parser = new SaxesParser({ position: false });
  const append = (piece: string) => {
    open.at(-1)!.text += piece;
  };
  parser.on('doctype', () => {
    throw new Error('it declares a document type');
  });
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('opentagstart', ({ name }) => {
    count++;
    if (count > MOST_ELEMENTS) throw new Error(`it has more than ${MOST_ELEMENTS} elements`);
    if (open.length > DEEPEST_ELEMENT) {
      throw new Error(`its elements are nested deeper than ${DEEPEST_ELEMENT}`);
    }
    const element = newElement();
    const { children } = open.at(-1)!;
    const localName = name.slice(name.indexOf(':') + 1);
    const siblings = children.get(localName);
    if (siblings === undefined) children.set(localName, [element]);
    else siblings.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  try {
    parser.write(text).close();
  } catch (error) {
    throw malformed((error as Error).message);
  }
  const [element] = elements(document, root);
  if (element === undefined) throw malformed(`its root is not ${root}`);
  return element;
}

/** The elements of one name, none when there are none. */
export function elements(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.get(name) ?? [];
}

/** The text of the first element of that name. */
export function textOf(parent: XmlElement, name: string): string | undefined {
  const [first] = elements(parent, name);
  if (first === undefined) return undefined;
  if (first.children.size > 0) throw malformed(`${name} holds elements, not text`);
  return first.text;
}

const newElement = (): OpenElement => ({ text: '', children: new Map() });

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
