import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** S3 as far as a bucket's notifications go, over the wire: it keeps the document that was put, whatever is in it. */
export class NotificationServer implements AsyncDisposable {
  xml: string;
  /** Documents that were put by the client, in order. */
  readonly puts: string[] = [];
  /** What another writer puts after the client's next requests, in their order: `PUT` or `GET`. */
  readonly meanwhile: { readonly after: 'GET' | 'PUT'; readonly xml: string }[] = [];
  region = 'eu-west-1';
  owner = '111122223333';
  denied = false;
  readonly #server: Server;

  private constructor(xml: string) {
    this.xml = xml;
    this.#server = createServer((request, response) => {
      void (async () => {
        const body = await text(request);
        if (request.headers['x-amz-expected-bucket-owner'] !== this.owner) return refuse(403, 'AccessDenied');
        if (request.method === 'HEAD') {
          response.writeHead(this.region === 'eu-west-1' ? 200 : 301, { 'x-amz-bucket-region': this.region });
          return response.end();
        }
        if (request.method === 'PUT') {
          if (this.denied) return refuse(403, 'AccessDenied');
          this.puts.push(body);
          this.xml = body;
        }
        response.writeHead(200, { 'content-type': 'application/xml' });
        response.end(request.method === 'GET' ? this.xml : '');
        const [next] = this.meanwhile;
        if (next !== undefined && next.after === request.method) {
          this.xml = next.xml;
          this.meanwhile.shift();
        }
        function refuse(status: number, code: string) {
          response.writeHead(status, { 'content-type': 'application/xml' });
          response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
        }
      })();
    });
  }

  static async start(xml: string): Promise<NotificationServer> {
    const server = new NotificationServer(xml);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
