import type { Exchange } from './exchange.ts';
import { encodeKey } from './keys.ts';
import type { ObjectVersion } from './version-rows.ts';
import { element } from '../protocols/xml.ts';

/** Answers a form as it asks: by a redirect, by a document (201), or by nothing but headers (200 or 204). */
export function sendPosted(
  exchange: Exchange,
  fields: ReadonlyMap<string, string>,
  { bucket, key, etag }: ObjectVersion,
  headers: Readonly<Record<string, string>>,
): void {
  const redirect = redirectOf(fields.get('success_action_redirect') ?? fields.get('redirect'));
  if (redirect !== undefined) {
    for (const [name, value] of Object.entries({ bucket, key, etag: `"${etag}"` })) {
      redirect.searchParams.append(name, value);
    }
    exchange.send(303, { ...headers, etag: `"${etag}"`, location: redirect.href });
    return;
  }
  const { path, incoming } = exchange.request;
  const location = `http://${incoming.headers.host}${path.replace(/\/$/, '')}/${encodeKey(key)}`;
  const status = fields.get('success_action_status');
  const answer = { ...headers, etag: `"${etag}"`, location };
  if (status !== '201') {
    exchange.send(status === '200' ? 200 : 204, answer);
    return;
  }
  const elements = { Location: location, Bucket: bucket, Key: key, ETag: `"${etag}"` };
  const content = Object.entries(elements).map(([name, value]) => element(name, value));
  const document = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${content.join('')}</PostResponse>`,
  );
  exchange.head(201, { 'content-type': 'application/xml', 'content-length': document.length, ...answer });
  exchange.request.response.end(document);
}

/** What cannot be read as an address is passed over, as in S3. */
function redirectOf(text: string | undefined): URL | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}
