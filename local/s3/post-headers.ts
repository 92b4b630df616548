import type { IncomingHttpHeaders } from 'node:http';
import { invalidArgument } from './s3-error.ts';

const HEADER_FIELDS = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** They sign the form, and say nothing about the object. */
const SIGNING_FIELDS = [
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-signature',
];

/** The headers that a PUT of the same object would have, from a form's fields. */
export function formHeaders(fields: ReadonlyMap<string, string>): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const [field, value] of fields) {
    const name = field === 'acl' ? 'x-amz-acl' : field;
    if (!HEADER_FIELDS.includes(name) && !name.startsWith('x-amz-')) continue;
    if (SIGNING_FIELDS.includes(name)) continue;
    // a line break would write headers of its own
    // eslint-disable-next-line no-control-regex -- the control characters are what it looks for
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(value) || !/^[\w-]+$/.test(name)) {
      throw invalidArgument(`the form's field ${JSON.stringify(field)} is no header`, field, value);
    }
    // node:http gives a header's bytes as latin1 characters; metadata in a form is text in UTF-8
    headers[name] = name.startsWith('x-amz-meta-') ? value : Buffer.from(value).toString('latin1');
  }
  return headers;
}
