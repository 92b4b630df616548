import { createHash, createHmac } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';

/** An HTTP request as the SDK's middlewares see it. */
export interface SdkRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

/** Changes every request of a client once it is signed: what somebody on the way would do. */
export function changeSigned(client: S3Client, change: (request: SdkRequest) => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      change(args.request as SdkRequest);
      return await next(args);
    },
    { step: 'deserialize', name: 'change' },
  );
}

/** How a body is cut into chunks, and what is done to them once they are signed. */
export interface Chunking {
  readonly chunks: readonly string[];
  /** Signs a trailer with the checksum of all, as `x-amz-checksum-sha256`. */
  readonly hasTrailer: boolean;
  /** @default as it is */
  readonly change?: (body: string) => string;
}

const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest();
const EMPTY = sha256('').toString('hex');

/**
 * Has a client send its bodies in signed chunks, as the SDKs of Java and Go do and that of JavaScript does not.
 * Written from AWS's documentation alone, beside what it tests.
 */
export function sendInChunks(
  client: S3Client,
  secret: string,
  { chunks, hasTrailer, change }: Chunking,
): void {
  const kind = hasTrailer ? 'PAYLOAD-TRAILER' : 'PAYLOAD';
  const framed = (signature: (chunk: string) => string, trailer: string) =>
    [...chunks, '']
      .map((chunk) => {
        const head = `${Buffer.byteLength(chunk).toString(16)};chunk-signature=${signature(chunk)}\r\n`;
        return chunk === '' ? head : `${head}${chunk}\r\n`;
      })
      .join('') + trailer;
  const checksum = `x-amz-checksum-sha256:${sha256(chunks.join('')).toString('base64')}`;
  const trailerOf = (signature: string) =>
    hasTrailer ? `${checksum}\r\nx-amz-trailer-signature:${signature}\r\n\r\n` : '\r\n';
  client.middlewareStack.add(
    (next) => async (args) => {
      const { headers } = args.request as SdkRequest;
      Object.assign(headers, {
        'content-encoding': 'aws-chunked',
        'content-length': String(Buffer.byteLength(framed(() => '0'.repeat(64), trailerOf('0'.repeat(64))))),
        'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-${kind}`,
        'x-amz-decoded-content-length': String(Buffer.byteLength(chunks.join(''))),
        ...(hasTrailer && { 'x-amz-trailer': 'x-amz-checksum-sha256' }),
      });
      return await next(args);
    },
    { step: 'build', priority: 'low', name: 'announce-chunks' },
  );
  changeSigned(client, (request) => {
    const { headers } = request;
    const [, scope = '', seed = ''] =
      /Credential=[^/]+\/([^,]+),.*Signature=(\w+)/.exec(headers['authorization'] ?? '') ?? [];
    const key = scope.split('/').reduce<Buffer | string>((made, part) => hmac(made, part), `AWS4${secret}`);
    const place = `${headers['x-amz-date']}\n${scope}`;
    let before = seed;
    const body = framed((chunk) => {
      const text = `AWS4-HMAC-SHA256-PAYLOAD\n${place}\n${before}\n${EMPTY}\n${sha256(chunk).toString('hex')}`;
      before = hmac(key, text).toString('hex');
      return before;
    }, '');
    const trailer = `AWS4-HMAC-SHA256-TRAILER\n${place}\n${before}\n${sha256(`${checksum}\n`).toString('hex')}`;
    const whole = body + trailerOf(hmac(key, trailer).toString('hex'));
    request.body = change?.(whole) ?? whole;
  });
}
