import type { IncomingHttpHeaders } from 'node:http';
import type { ServiceRequest } from '../gateway.ts';
import type { Refusal } from './header-meanings.ts';
import { meaningOfHeader, meaningOfParameter, type OperationName } from './honoured-inputs.ts';
import { S3Error } from './s3-error.ts';

/** What a request asks, whether it is signed in a header or in its URL. */
export interface RequestInputs {
  /** Those sent, and those that a presigned URL carries in its query (`?x-amz-meta-colour=blue`). */
  readonly headers: IncomingHttpHeaders;
  /** The query without those headers. */
  readonly parameters: URLSearchParams;
}

// SDKs sign a checksum of an empty body into a URL, whose holder sends another body: S3 does not look at it
const CHECKSUM_VALUE = /^x-amz-checksum-(?!algorithm$|type$|mode$)/;

const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range'];

/**
 * Tells headers from parameters. In a URL that carries its own signature an `x-amz-` parameter is a header;
 * of version 2 of the signature also `content-type` and `content-md5`.
 *
 * @throws S3Error `AccessDenied` when a header is sent with another value than the one signed into the URL
 */
export function readInputs({ incoming, query, signature }: ServiceRequest): RequestInputs {
  const parameters = new URLSearchParams();
  const headers: IncomingHttpHeaders = { ...incoming.headers };
  const presigned = signature?.place === 'query';
  const version2 = signature?.version === 'SigV2';
  for (const [name, value] of query) {
    const lower = name.toLowerCase();
    const isHeader =
      lower.startsWith('x-amz-') || (version2 && (lower === 'content-type' || lower === 'content-md5'));
    if (!presigned || !isHeader) {
      parameters.append(name, value);
      continue;
    }
    if (CHECKSUM_VALUE.test(lower)) continue;
    // node:http gives a header's bytes as latin1 characters
    const bytes = Buffer.from(value).toString('latin1');
    if (headers[lower] !== undefined && headers[lower] !== bytes) {
      throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
        details: { HeadersNotSigned: lower },
      });
    }
    headers[lower] = bytes;
  }
  return { headers, parameters };
}

/**
 * Holds a request against the table of honoured-inputs.ts.
 *
 * @param marks the parameters that name the operation itself
 * @throws S3Error as the table says; `NotImplemented`, naming it, for what is not in the table
 */
export function checkInputs(
  operation: OperationName,
  marks: readonly string[],
  { headers, parameters }: RequestInputs,
  { method, path }: ServiceRequest,
): void {
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    if (values.length > 1) {
      throw new S3Error('InvalidArgument', `the query gives ${JSON.stringify(name)} ${values.length} times`, {
        details: { ArgumentName: name, ArgumentValue: values.join(',') },
      });
    }
    if (marks.includes(name) || isClientsNote(name)) continue;
    const meaning = meaningOfParameter(operation, name);
    if (meaning === undefined) throw unknownParameter(method, path, name);
    if (typeof meaning === 'object' && 'refused' in meaning) throw refusal(meaning, name, values[0]);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-') && !CONDITIONS.includes(name)) continue;
    const meaning = meaningOfHeader(operation, name) ?? { refused: 'NotImplemented' };
    if (typeof meaning === 'string') continue;
    if ('refused' in meaning) throw refusal(meaning, name);
    if (!meaning.only.includes(String(value))) throw refusal(meaning.otherwise, name, String(value));
  }
}

/** `x-id=PutObject`: SDKs tell the operation's name, which the rest of the request says too. */
export function isClientsNote(parameter: string): boolean {
  return parameter === 'x-id';
}

/** For a parameter that names no operation that is served, and that the operation of the rest does not know. */
export function unknownParameter(method: string, path: string, name: string): S3Error {
  return new S3Error('NotImplemented', `${method} ${path}?${name} is not implemented by the local runtime`);
}

/** @param value left out where it may be a secret */
function refusal({ refused, why }: Refusal, name: string, value?: string): S3Error {
  const what = value === undefined ? name : `${name}: ${JSON.stringify(value)}`;
  return new S3Error(refused, why ?? `header ${what} is not implemented by the local runtime`, {
    details:
      refused === 'NotImplemented'
        ? { Header: name }
        : refused === 'InvalidArgument'
          ? { ArgumentName: name, ...(value !== undefined && { ArgumentValue: value }) }
          : {},
  });
}
