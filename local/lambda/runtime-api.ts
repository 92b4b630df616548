import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from '../../shared/node-http.ts';

/** What the runtime in the child is given to do. */
interface NextInvocation {
  readonly requestId: string;
  readonly payload: string;
  /** Milliseconds since 1970 in real time. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  /** JSON text. */
  readonly clientContext?: string | undefined;
}

export interface RuntimeApiEvents {
  /** The runtime asks for an invocation: its init is done, or its last invocation. */
  onNext(): void;
  /** @returns whether that invocation runs */
  onResponse(requestId: string, payload: string): boolean;
  /** @param error `{errorType, errorMessage, trace}` as JSON text @returns whether that invocation runs */
  onError(requestId: string, error: string): boolean;
  /** @param error as above */
  onInitError(error: string): void;
}

/** Lambda's own number: 6 MB and a little. */
const LARGEST_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

const PATH = /^\/2018-06-01\/runtime\/(?:invocation\/(?:(next)|([\w-]+)\/(response|error))|(init\/error))$/;

/**
 * Lambda's Runtime API for one execution environment, on a loopback port of its own, under a path that only the
 * environment knows: loopback is not one user, and any page or program may find the port.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #secretPath = `/${randomBytes(16).toString('hex')}`;
  #events: RuntimeApiEvents | undefined;
  #host = '';
  #waiting: ServerResponse | undefined;
  #given: NextInvocation | undefined;

  constructor() {
    this.#server = createServer(
      { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 30_000 },
      (incoming, response) => {
        this.#answer(incoming, response).catch(() => {
          // the runtime has hung up, most likely since it was killed
          response.destroy();
        });
      },
    );
  }

  /** @returns `127.0.0.1:34567/` and 32 hexadecimal digits, for `AWS_LAMBDA_RUNTIME_API`: a runtime puts its own path behind it */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.#host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#host + this.#secretPath;
  }

  /** Who hears of what the runtime does. */
  connect(events: RuntimeApiEvents): void {
    this.#events = events;
  }

  /** Hands an invocation to the runtime, as soon as it asks. */
  give(invocation: NextInvocation): void {
    this.#given = invocation;
    this.#handOver();
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handOver(): void {
    const [given, waiting] = [this.#given, this.#waiting];
    if (given === undefined || waiting === undefined) return;
    this.#given = undefined;
    this.#waiting = undefined;
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': given.requestId,
      'lambda-runtime-deadline-ms': given.deadlineMs,
      'lambda-runtime-invoked-function-arn': given.functionArn,
      'lambda-runtime-trace-id': given.traceId,
      ...(given.clientContext !== undefined && { 'lambda-runtime-client-context': given.clientContext }),
    });
    waiting.end(given.payload);
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = incoming;
    // a web page that has found the port has another host in its request, or an origin
    if (
      incoming.headers.host !== this.#host ||
      incoming.headers.origin !== undefined ||
      !url.startsWith(`${this.#secretPath}/`)
    ) {
      response.writeHead(403, { connection: 'close' }).end();
      return;
    }
    const path = url.slice(this.#secretPath.length);
    const [, next, requestId, outcome, init] = PATH.exec(path) ?? [];
    if (
      incoming.method !== (next === undefined ? 'POST' : 'GET') ||
      (next ?? outcome ?? init) === undefined
    ) {
      refuse(response, 404, 'InvalidPath', `${incoming.method} ${path} is not of the Runtime API`);
      return;
    }
    if (next !== undefined) {
      this.#waiting = response;
      this.#events?.onNext();
      this.#handOver();
      return;
    }
    const body = await readUpTo(incoming, LARGEST_RESPONSE_BYTES);
    if (init !== undefined) this.#events?.onInitError(body ?? '{}');
    else if (!this.#end(requestId!, outcome!, body)) {
      refuse(response, 400, 'InvalidRequestID', `no invocation ${requestId} runs`);
      return;
    }
    if (body === undefined) refuse(response, 413, 'RequestEntityTooLarge', 'exceeded maximum allowed size');
    else response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  }

  #end(requestId: string, outcome: string, body: string | undefined): boolean {
    if (body === undefined) {
      const errorMessage = `Response payload size exceeded maximum allowed payload size (${LARGEST_RESPONSE_BYTES} bytes).`;
      const error = JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage });
      return this.#events?.onError(requestId, error) ?? false;
    }
    if (outcome === 'error') return this.#events?.onError(requestId, body) ?? false;
    return this.#events?.onResponse(requestId, body) ?? false;
  }
}

/** `undefined` when there was more; what was too much is read over, so that the connection goes on. */
async function readUpTo(incoming: IncomingMessage, mostBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  }
  return bytes > mostBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errorMessage, errorType }));
}
