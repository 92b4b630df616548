import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface StoredObject {
  readonly body: Uint8Array;
  readonly versionId?: string;
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What S3 does instead of answering well. */
type Fault =
  | { readonly status: number; readonly code: string }
  /** So many bytes of the body; then the connection is closed, reset, or left open in silence. */
  | { readonly bodyBytes: number; readonly ending: 'close' | 'reset' | 'stall' };

/** GetObject over HTTP, with the errors and the broken connections that S3 may have. */
export class FakeS3 {
  /** Keys in the order they were asked for. */
  readonly reads: string[] = [];
  /** Whether each answered body reached its end, by the time its connection was done with it. */
  readonly bodies: Promise<'finished' | 'abandoned'>[] = [];
  readonly #objects = new Map<string, StoredObject[]>();
  readonly #server: Server = createServer((request, response) => this.#answer(request, response));
  #fault: Fault | undefined;

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  put(key: string, object: StoredObject): void {
    this.#objects.set(key, [...(this.#objects.get(key) ?? []), object]);
  }

  /** Befalls every later request, until it is taken away. */
  fail(fault: Fault | undefined): void {
    this.#fault = fault;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://s3');
    const key = decodeURIComponent(url.pathname).replace(/^\/[^/]+\//, '');
    this.reads.push(key);
    const fault = this.#fault;
    if (fault !== undefined && 'status' in fault) {
      return sendError(response, fault.status, fault.code);
    }
    const versions = this.#objects.get(key) ?? [];
    const versionId = url.searchParams.get('versionId');
    const object =
      versionId === null ? versions.at(-1) : versions.find((each) => each.versionId === versionId);
    if (object === undefined) {
      return sendError(response, 404, versionId === null ? 'NoSuchKey' : 'NoSuchVersion');
    }
    const condition = request.headers['if-match'];
    if (condition !== undefined && condition !== `"${object.etag}"`) {
      return sendError(response, 412, 'PreconditionFailed');
    }
    this.bodies.push(
      new Promise((resolve) =>
        response.on('close', () => resolve(response.writableFinished ? 'finished' : 'abandoned')),
      ),
    );
    response.writeHead(200, { 'Content-Length': object.body.length, ...object.headers });
    if (fault === undefined) {
      response.end(object.body);
      return;
    }
    response.write(object.body.subarray(0, fault.bodyBytes), () => {
      if (fault.ending === 'close') {
        response.socket?.end();
      } else if (fault.ending === 'reset') {
        response.socket?.resetAndDestroy();
      }
    });
  }
}

function sendError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
