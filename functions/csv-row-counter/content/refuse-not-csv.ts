import { ContentError } from '../content-error.ts';
import { isEbcdic } from './ebcdic.ts';
import { foreignFormat } from './foreign-format.ts';
import { isJson } from './json-text.ts';
import { hasStrangeControls } from '../../objects/codings/plain-text.ts';

const PAGES = [
  { begins: /^<(?:!doctype\s+html|html|!--|(?:head|body)[\s>])/i, is: 'an HTML page' },
  { begins: /^(?:<\?xml|<!doctype)/i, is: 'an XML document' },
  // a declaration is left out by many who write drawings and answers of services
  { begins: /^<[a-z_][\w.:-]*\s[^<>]*\bxmlns[:=]/i, is: 'an XML document' },
  { begins: /^version https:\/\/git-lfs\.github\.com\//, is: 'a pointer of Git LFS and not the file itself' },
] as const;
/** What is looked at for a beginning. */
const BEGINNING_BYTES = 4096;

/** @throws ContentError `not-csv` when the magic number of the first bytes says what the object is. */
export function refuseForeign(head: Buffer): void {
  const found = foreignFormat(head);
  if (found !== undefined) {
    throw new ContentError('not-csv', `the object is ${found.is}: ${found.remedy}, and upload that`);
  }
}

/**
 * @param sample the beginning of a text, in UTF-8 or as it is, without a byte order mark.
 * @param isWhole whether it is all of it.
 * @throws ContentError `not-csv` when it is another kind of text, or none.
 */
export function refuseOtherText(sample: Buffer, isWhole: boolean): void {
  refuseBinary(sample, isWhole);
  const beginning = sample.toString('latin1', 0, BEGINNING_BYTES).trimStart();
  const page =
    PAGES.find(({ begins }) => begins.test(beginning)) ??
    (isWhole && isOneElement(sample) ? { is: 'an XML or HTML document' } : undefined);
  if (page !== undefined) {
    const line = beginning.slice(0, 60).split(/[\r\n]/, 1)[0];
    throw new ContentError(
      'not-csv',
      `the object is ${page.is} (it begins with ${JSON.stringify(line)}): look how it came there, and upload the CSV instead`,
    );
  }
  if (isJson(sample.toString('latin1'), isWhole)) {
    throw new ContentError('not-csv', 'the object is JSON: convert it to CSV, and upload that');
  }
}

/** Whether a text is one element from its first tag to its last, as the errors of services are: rows in markup would open theirs again. */
function isOneElement(sample: Buffer): boolean {
  const text = sample.toString('latin1').trim();
  const [, name] = /^<([a-z][\w.:-]*)[\s>]/i.exec(text) ?? [];
  return name !== undefined && text.endsWith(`</${name}>`) && !text.includes(`<${name}`, 1);
}

function refuseBinary(sample: Buffer, isWhole: boolean): void {
  const nul = sample.indexOf(0);
  if (nul >= 0) {
    const isPadding = isWhole && sample.subarray(nul).every((byte) => byte === 0);
    throw new ContentError(
      'not-csv',
      isPadding
        ? `the text ends in ${sample.length - nul} NUL bytes, from byte ${nul} on: cut them off, and upload it again`
        : `the object is binary, or damaged text: byte ${nul} of its text is NUL, and no encoding of text explains it; export it as CSV in UTF-8, and upload that`,
    );
  }
  if (isEbcdic(sample)) {
    throw new ContentError(
      'not-csv',
      'the object is text in EBCDIC, as mainframes have it: convert it to UTF-8 (iconv -f IBM1047), and upload that',
    );
  }
  if (hasStrangeControls(sample)) {
    throw new ContentError(
      'not-csv',
      `the object is binary: control characters are spread over its first ${sample.length} bytes; export it as CSV in UTF-8, and upload that`,
    );
  }
}
