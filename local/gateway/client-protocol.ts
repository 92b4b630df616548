import type { IncomingHttpHeaders } from 'node:http';
import type { Signature } from './signature.ts';

/** A request's head, as far as the door reads it. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Absent where there is none, or none that can be read. */
  readonly signature: Signature | undefined;
}

/** The protocol that a client reads refusals in: S3's XML, the query protocol's XML, JSON. */
export type Protocol = 's3' | 'query' | 'json';

// they speak REST in XML, and write their errors as the query protocol does
const REST_XML_SERVICES = new Set(['cloudfront', 'route53']);

/** Told from the head alone, before any service has seen it. */
export function protocolOf(head: RequestHead): Protocol {
  const { headers, path, signature } = head;
  const contentType = headers['content-type'] ?? '';
  if (path.startsWith('/_sluice/') || headers['x-amz-target'] !== undefined) return 'json';
  if (signature?.service === 's3' || isPostForm(head)) return 's3';
  if (isQueryProtocol(head)) return 'query';
  if (signature !== undefined) return REST_XML_SERVICES.has(signature.service) ? 'query' : 'json';
  // a service of JSON over REST begins its paths with the version of its interface: `/2015-03-31/functions/…`
  return contentType.startsWith('application/json') || /^\/\d{4}-\d\d-\d\d\//.test(path) ? 'json' : 's3';
}

/** `Action=GetCallerIdentity&Version=2011-06-15`, in a form or in the query. */
export function isQueryProtocol({ headers, query }: RequestHead): boolean {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return isForm || (query.has('Action') && query.has('Version'));
}

/** A browser's upload to S3, whose signature is a field of the form. */
export function isPostForm({ headers, method, query, signature }: RequestHead): boolean {
  const isForm = /^multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? '');
  // what names an operation is a call of it, whatever its body is called: it has to be signed
  const isCall = headers['x-amz-target'] !== undefined;
  return method === 'POST' && isForm && !isCall && query.size === 0 && signature === undefined;
}
