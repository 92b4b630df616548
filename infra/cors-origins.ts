/**
 * The pages that may upload to and download from the ingest bucket by presigned URLs and forms (context `corsOrigins`):
 * `https://app.example.com,http://localhost:5173`, or a list of the same in cdk.json.
 *
 * @throws Error naming the origin that is none
 * @see https://developer.mozilla.org/en-US/docs/Glossary/Origin
 */
export function parseCorsOrigins(context: unknown): readonly string[] {
  if (context === undefined) return [];
  const origins = typeof context === 'string' ? context.split(',').map((origin) => origin.trim()) : context;
  if (!Array.isArray(origins) || origins.length === 0) {
    throw refusal(context, 'it must be origins with commas between them, such as https://app.example.com');
  }
  for (const origin of origins) {
    const why = whyNoOrigin(origin);
    if (why !== undefined) throw refusal(origin, why);
  }
  return [...new Set(origins as string[])];
}

function whyNoOrigin(origin: unknown): string | undefined {
  if (typeof origin !== 'string' || origin === '') {
    return 'it must be an origin, such as https://app.example.com';
  }
  if (origin.includes('*')) return 'name each origin: with * any page could use what was signed for one';
  const url = URL.parse(origin);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return 'it must begin with https:// (or http://), such as https://app.example.com';
  }
  if (url.origin !== origin) return `an origin is scheme, host and port alone: write ${url.origin}`;
  return undefined;
}

function refusal(value: unknown, why: string): Error {
  return new Error(`context corsOrigins is ${JSON.stringify(value)}: ${why}`);
}
