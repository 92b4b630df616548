import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that has come through. */
export interface DoorRequest {
  readonly method: string;
  /** `/` for most services, whose operation stands in `operation`. */
  readonly path: string;
  /** `AmazonSQS.GetQueueAttributes`, of the services that say it in a header; else empty. */
  readonly operation: string;
}

/**
 * A gateway as AWS would be: what AWS has is passed on, the control API that only a local runtime has is refused, and each
 * request is counted. Addresses of the gateway in a stack's outputs become those of the door, so that nobody goes around it.
 */
export class AwsDoor implements AsyncDisposable {
  /** What came to AWS's services, in order. */
  readonly requests: DoorRequest[] = [];
  /** What was refused: calls of the control API. */
  readonly refused: DoorRequest[] = [];
  readonly #server: Server;
  readonly #gateway: string;

  private constructor(gateway: string) {
    this.#gateway = gateway;
    this.#server = createServer((incoming, response) => this.#pass(incoming, response));
  }

  /** @param gateway `http://127.0.0.1:4566` */
  static async open(gateway: string): Promise<AwsDoor> {
    const door = new AwsDoor(gateway);
    await new Promise<void>((resolve) => {
      door.#server.listen(0, '127.0.0.1', resolve);
    });
    return door;
  }

  /** `http://127.0.0.1:40123` */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '', headers } = incoming;
    const one = { method, path, operation: String(headers['x-amz-target'] ?? '') };
    if (path.startsWith('/_sluice')) {
      this.refused.push(one);
      response.writeHead(404).end('AWS has no control API');
      return;
    }
    this.requests.push(one);
    // the gateway answers to its own name alone
    const own = { ...headers, host: new URL(this.#gateway).host };
    const onwards = request(`${this.#gateway}${path}`, { method, headers: own }, (answer) => {
      void this.#answer(answer, response);
    });
    onwards.on('error', (error) => response.destroy(error));
    response.on('close', () => onwards.destroy());
    incoming.pipe(onwards);
  }

  async #answer(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const { statusCode = 502, headers } = answer;
    if (headers['content-type']?.startsWith('text/xml') !== true) {
      response.writeHead(statusCode, headers);
      answer.pipe(response);
      return;
    }
    const body = (await text(answer)).replaceAll(this.#gateway, this.endpoint);
    const { 'content-length': _, 'transfer-encoding': __, ...others } = headers;
    response.writeHead(statusCode, { ...others, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}
