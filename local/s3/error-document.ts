import { createHash } from 'node:crypto';
import { element } from '../protocols/xml.ts';

/**
 * An error as S3 writes it, with the elements that tell of this very case:
 *
 *     <Error><Code>AccessDenied</Code><Message>Request has expired</Message><Expires>…</Expires>…</Error>
 */
export function errorDocument(
  error: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, string | number>>;
  },
  { path, requestId }: { readonly path: string; readonly requestId: string },
): string {
  const elements = [
    element('Code', error.code),
    element('Message', error.message),
    ...Object.entries(error.details ?? {}).map(([name, value]) => element(name, value)),
    element('Resource', path),
    element('RequestId', requestId),
    element('HostId', hostId(requestId)),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${elements.join('')}</Error>`;
}

/** What AWS gives its support beside the request's id, also as `x-amz-id-2`. One machine has nothing to tell by it. */
export function hostId(requestId: string): string {
  return createHash('sha256').update(requestId).digest('base64');
}
