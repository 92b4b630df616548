import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { FrameReader, toFrame } from './frame.ts';

/** What dynalite takes of a request, and what it calls of an answer: those of Node's `http`, or what looks like them. */
type HttpHandler = (request: object, response: object) => void;

/** Answers calls that come in frames by a handler of HTTP requests. The other end is `TableStoreConnections`. */
export function tableStoreServer(handler: HttpHandler): Server {
  return createServer((socket) => {
    const reader = new FrameReader<IncomingHttpHeaders>(({ head, body }) => {
      const request = new FramedRequest(head);
      handler(request, new FramedResponse(socket));
      request.deliver(body);
    });
    socket.on('data', (piece) => reader.push(piece));
    // the runtime is gone, and this process goes with it
    socket.on('error', () => socket.destroy());
  });
}

class FramedRequest {
  readonly method = 'POST';
  readonly url = '/';
  readonly headers: IncomingHttpHeaders;
  readonly #listeners = new Map<string, (body?: Buffer) => void>();

  constructor(headers: IncomingHttpHeaders) {
    this.headers = headers;
  }

  on(event: string, listener: (body?: Buffer) => void): void {
    this.#listeners.set(event, listener);
  }

  removeAllListeners(): void {
    this.#listeners.clear();
  }

  deliver(body: Buffer): void {
    if (body.length > 0) this.#listeners.get('data')?.(body);
    this.#listeners.get('end')?.();
  }
}

class FramedResponse {
  statusCode = 200;
  readonly #socket: Socket;
  readonly #headers: Record<string, unknown> = {};

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  setHeader(name: string, value: unknown): void {
    this.#headers[name.toLowerCase()] = value;
  }

  end(body = ''): void {
    this.#socket.write(toFrame({ status: this.statusCode, headers: this.#headers }, Buffer.from(body)));
  }
}
