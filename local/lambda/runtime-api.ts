import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from '../aws-json.ts';

/** What the runtime in the child is given to do. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  /** Milliseconds since 1970 in real time. */
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
}

export interface RuntimeApiEvents {
  /** The runtime has asked for an invocation: its init is done, or its last invocation. */
  onIdle(): void;
  onResponse(requestId: string, payload: string): void;
  /** @param requestId undefined when the init failed @param error `{errorType, errorMessage, trace}` as JSON text */
  onError(requestId: string | undefined, error: string): void;
}

// 6 MB and a little: a larger response is refused by Lambda
const LARGEST_RESPONSE_BYTES = 6 * 1024 * 1024 + 100_000;

/**
 * Lambda's Runtime API for one execution environment, on a loopback port of its own.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  #address = '';
  #events: RuntimeApiEvents | undefined;
  #waiting: ServerResponse | undefined;
  #given: Invocation | undefined;

  constructor() {
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (incoming, response) => {
      this.#answer(incoming, response).catch((error: unknown) => {
        response.writeHead(500);
        response.end(String(error));
      });
    });
  }

  /** @returns `127.0.0.1:34567`, for `AWS_LAMBDA_RUNTIME_API` */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    this.#address = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#address;
  }

  /** Who hears of what the runtime does. */
  connect(events: RuntimeApiEvents): void {
    this.#events = events;
  }

  /** Hands an invocation to the runtime, as soon as it asks. */
  give(invocation: Invocation): void {
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
    });
    waiting.end(given.payload);
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    // a web page that has found the port has another host in its request, and an origin
    if (incoming.headers.host !== this.#address || incoming.headers.origin !== undefined) {
      response.writeHead(403).end();
      return;
    }
    const [, requestId, what] =
      /^\/2018-06-01\/runtime\/(?:invocation\/([\w-]+)\/)?([\w/]+)$/.exec(incoming.url ?? '') ?? [];
    const body = (await readBody(incoming, LARGEST_RESPONSE_BYTES)).toString('utf8');
    switch (`${incoming.method} ${what}`) {
      case 'GET invocation/next':
        this.#waiting = response;
        this.#events?.onIdle();
        this.#handOver();
        return;
      case 'POST response':
        this.#events?.onResponse(requestId!, body);
        break;
      case 'POST error':
      case 'POST init/error':
        this.#events?.onError(requestId, body);
        break;
      default:
        response.writeHead(404).end();
        return;
    }
    response.writeHead(202, { 'content-type': 'application/json' });
    response.end('{"status":"OK"}');
  }
}
