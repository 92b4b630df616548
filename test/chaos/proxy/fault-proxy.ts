import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../support/random.ts';
import {
  chooseFault,
  errorAnswer,
  serviceOfRequest,
  type FaultKind,
  type RequestFacts,
} from './fault-kinds.ts';

export interface FaultProxyOptions {
  readonly random: Random;
  /** How many requests of a hundred meet a fault. */
  readonly percent: number;
  /** Chooses what a request meets. @default any of the kinds that can happen to it */
  readonly choose?: typeof chooseFault;
}

/** A whole request, or a whole answer. */
interface Message {
  readonly head: IncomingMessage;
  readonly body: Buffer;
}

const LONGEST_DELAY_MS = 400;
const DRIPS = 12;
const DRIP_EVERY_MS = 10;

/**
 * An HTTP proxy on a loopback port that disturbs what passes: real sockets break, real bytes are missing. Requests and answers
 * are held whole. It verifies nothing and rewrites the host alone, so the service behind it must not verify signatures.
 */
export class FaultProxy implements AsyncDisposable {
  /** By kind, how often it was put in. */
  readonly counts = new Map<FaultKind, number>();
  /** How many requests have come. */
  requests = 0;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #options: FaultProxyOptions;
  #target: URL | undefined;
  #isCalm = false;

  private constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (incoming, response) => {
      // that the client or the service has gone is for the other to hear, as a connection that breaks
      this.#pass(incoming, response).catch(() => incoming.socket.destroy());
    });
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** `http://127.0.0.1:40123` */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on it passes on to this service. */
  leadTo(endpoint: string): void {
    this.#target = new URL(endpoint);
  }

  /** From now on it disturbs nothing. */
  calm(): void {
    this.#isCalm = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    this.#agent.destroy();
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const asked = { head: incoming, body: await bytesOf(incoming) };
    const target = incoming.headers['x-amz-target'];
    const facts = {
      service: serviceOfRequest(typeof target === 'string' ? target : undefined),
      bodyBytes: asked.body.length,
    };
    const { random, percent, choose = chooseFault } = this.#options;
    if (this.#isCalm || random(100) >= percent) return await reply(response, await this.#ask(asked));
    const kind = choose(facts, random, this.counts);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    await this.#disturb(kind, facts, asked, response);
  }

  async #disturb(
    kind: FaultKind,
    facts: RequestFacts,
    asked: Message,
    response: ServerResponse,
  ): Promise<void> {
    // an answer that is done with has no socket any more
    const { socket } = asked.head;
    switch (kind) {
      case 'delay':
        await pause(this.#options.random(LONGEST_DELAY_MS));
        return await reply(response, await this.#ask(asked));
      case 'reset-before':
        return void socket.resetAndDestroy();
      case 'reset-in-request':
        await this.#askInPart(asked);
        return void socket.resetAndDestroy();
      case 'applied-then-reset':
        await this.#ask(asked);
        return void socket.resetAndDestroy();
      case 'reset-in-answer':
        await replyInPart(response, await this.#ask(asked));
        return void socket.resetAndDestroy();
      case 'truncation':
        await replyInPart(response, await this.#ask(asked));
        return void socket.end();
      case 'reset-after':
        await reply(response, await this.#ask(asked));
        return void socket.resetAndDestroy();
      case 'error-500':
      case 'slow-down':
      case 'throttling': {
        const { status, headers, body } = errorAnswer(kind, facts.service);
        response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
        return;
      }
      case 'slow-drip':
        return await replySlowly(response, await this.#ask(asked, DRIP_EVERY_MS));
    }
  }

  /** @param dripMs between the parts in which the body is sent @default it is sent at once */
  async #ask(asked: Message, dripMs?: number): Promise<Message> {
    const outgoing = this.#request(asked);
    const answered = once(outgoing, 'response');
    // it is waited for below, and may fail while the body is still going out
    answered.catch(() => {});
    if (dripMs !== undefined) {
      for (const part of partsOf(asked.body)) {
        outgoing.write(part);
        await pause(dripMs);
      }
      outgoing.end();
    } else {
      outgoing.end(asked.body);
    }
    const [head] = (await answered) as [IncomingMessage];
    return { head, body: await bytesOf(head) };
  }

  async #askInPart(asked: Message): Promise<void> {
    const outgoing = this.#request(asked);
    // the connection that is about to break
    outgoing.on('error', () => {});
    await new Promise<void>((resolve) => {
      outgoing.write(asked.body.subarray(0, asked.body.length >> 1), () => resolve());
    });
    const closed = once(outgoing, 'close');
    outgoing.destroy();
    await closed;
  }

  #request({ head: { method, url, headers }, body }: Message) {
    if (this.#target === undefined) throw new Error('the proxy leads nowhere yet');
    const { hostname, port, host } = this.#target;
    const { connection: _, expect: __, 'transfer-encoding': ___, ...passed } = headers;
    return request({
      agent: this.#agent,
      hostname,
      port,
      method,
      path: url,
      headers: { ...passed, host, 'content-length': body.length },
    });
  }
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function writeHead(response: ServerResponse, { head, body }: Message): void {
  const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...passed } = head.headers;
  // the answer to HEAD says the length of a body that does not come
  const length = passed['content-length'] ?? body.length;
  const status = head.statusCode ?? 502;
  response.writeHead(
    status,
    status === 204 || status === 304 ? passed : { ...passed, 'content-length': length },
  );
}

async function reply(response: ServerResponse, answer: Message): Promise<void> {
  writeHead(response, answer);
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(answer.body, resolve);
  });
}

/** The head and half of the body. */
async function replyInPart(response: ServerResponse, answer: Message): Promise<void> {
  writeHead(response, answer);
  response.flushHeaders();
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.write(answer.body.subarray(0, answer.body.length >> 1), () => resolve());
  });
}

async function replySlowly(response: ServerResponse, answer: Message): Promise<void> {
  writeHead(response, answer);
  for (const part of partsOf(answer.body)) {
    response.write(part);
    await pause(DRIP_EVERY_MS);
  }
  response.end();
}

function partsOf(body: Buffer): Buffer[] {
  const size = Math.max(1, Math.ceil(body.length / DRIPS));
  return Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.subarray(index * size, (index + 1) * size),
  );
}
