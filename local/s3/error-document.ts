import { element, escapeXml } from './xml.ts';

/**
 * An error as S3 writes it, with the elements that tell of this very case:
 *
 *     <Error><Code>AccessDenied</Code><Message>Request has expired</Message><Expires>…</Expires>…</Error>
 */
export function errorDocument(
  error: {
    readonly code: string;
    readonly message: string;
    readonly details?: Readonly<Record<string, string>>;
  },
  { path, requestId }: { readonly path: string; readonly requestId: string },
): string {
  const details = Object.entries(error.details ?? {}).map(([name, value]) => element(name, value));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${element('Code', error.code)}<Message>${escapeXml(error.message)}</Message>${details.join('')}${element('Resource', path)}${element('RequestId', requestId)}</Error>`;
}
