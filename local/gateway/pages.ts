import type { IncomingHttpHeaders } from 'node:http';
import { isPostForm, type RequestHead } from './client-protocol.ts';
import { withoutSignature } from './presigned-url.ts';

/** A page in a browser that asks, known by headers that no page can write or leave out. */
export interface Page {
  /** `https://app.example.com`; absent when a browser does not say, as for links and images. */
  readonly origin: string | undefined;
  /** Whether the answer takes the page's place: a link, a form, an address typed. */
  readonly navigates: boolean;
}

/** What a page asks for, or asks whether it may. */
export interface PageRequest extends Page {
  readonly method: string;
  readonly path: string;
  readonly hostname: string;
  /** Without the parameters that sign it. */
  readonly query: URLSearchParams;
  readonly isPresigned: boolean;
  readonly isPostForm: boolean;
  /** Lower-cased names of its headers; of a preflight, of those that the page wants to send. */
  readonly headerNames: readonly string[];
  readonly isPreflight: boolean;
}

/** Who decides what pages of other origins may ask for. */
export interface PageRules {
  /**
   * @returns the headers by which a browser lets the page read the answer
   * @throws AwsError that says why the page may not ask this
   */
  admit(request: PageRequest): Readonly<Record<string, string>>;
}

/** @returns undefined for a client that is no browser, and for what is typed into a browser or comes from `host` itself */
export function pageOf(headers: IncomingHttpHeaders, host: string): Page | undefined {
  const { origin, 'sec-fetch-site': site = 'none' } = headers;
  const navigates = headers['sec-fetch-mode'] === 'navigate';
  if (origin !== undefined) return origin === `http://${host}` ? undefined : { origin, navigates };
  // `same-site` is another port of this machine, and so another program's page
  return site === 'none' || site === 'same-origin' ? undefined : { origin: undefined, navigates };
}

/** A preflight is a question about the request that its headers describe. */
export function pageRequest(head: RequestHead, hostname: string, page: Page): PageRequest {
  const { headers, method, path, query, signature } = head;
  const asked = headers['access-control-request-method'];
  const isPreflight = method === 'OPTIONS' && asked !== undefined;
  const announced = (headers['access-control-request-headers'] ?? '').toLowerCase().split(',');
  return {
    ...page,
    method: isPreflight ? asked : method,
    path,
    hostname,
    query: withoutSignature(query, signature),
    isPresigned: signature?.place === 'query',
    // a preflight does not say what the body will be
    isPostForm: isPreflight ? asked === 'POST' && query.size === 0 : isPostForm(head),
    headerNames: isPreflight
      ? announced.map((name) => name.trim()).filter((name) => name !== '')
      : Object.keys(headers),
    isPreflight,
  };
}
