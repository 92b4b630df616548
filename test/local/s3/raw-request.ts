import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

export const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20261120/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0000';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `<Code>` of an error. */
  readonly code: string | undefined;
}

/** A request exactly as written: no SDK between. Its path goes out as it is. */
export function rawRequest(
  port: number,
  method: string,
  path: string,
  options: { headers?: Record<string, string | number>; body?: Buffer | string } = {},
): Promise<RawAnswer> {
  const body = Buffer.from(options.body ?? '');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          authorization: AUTHORIZATION,
          ...(options.body !== undefined &&
            options.headers?.['transfer-encoding'] === undefined && { 'content-length': body.length }),
          ...options.headers,
        },
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          resolve({
            status: response.statusCode!,
            headers: response.headers,
            body: text,
            code: /<Code>([^<]*)<\/Code>/.exec(text)?.[1],
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Opens a connection and writes the head of a request, and as much of its body as is given. */
export async function beginRequest(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string | number>,
  body: Buffer | string = '',
): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  const lines = Object.entries({ host: `127.0.0.1:${port}`, authorization: AUTHORIZATION, ...headers });
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
  await new Promise((resolve) => {
    socket.write(body, resolve);
  });
  return socket;
}
