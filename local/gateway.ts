import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from './protocols/aws-error.ts';
import { internalMessage } from './protocols/internal-error.ts';
import { logError } from './log.ts';
import { DoorError } from './gateway/door-error.ts';
import { identify, identifyForm, type AccessKeys, type Caller, type SignedForm } from './gateway/callers.ts';
import { type Page, pageOf, pageRequest, type PageRules } from './gateway/pages.ts';
import { isLoopback } from './gateway/loopback.ts';
import type { RequestHead } from './gateway/client-protocol.ts';
import { refuse } from './gateway/refusal.ts';
import { type Routes, serviceOf } from './gateway/routing.ts';
import { withoutSignature } from './gateway/presigned-url.ts';
import { readSignature } from './gateway/read-signature.ts';
import { watchBody } from '../shared/stalled-body.ts';
import type { Signature } from './gateway/signature.ts';
import type { Principal } from './iam.ts';
import { PortTakenError } from './port-taken-error.ts';
import { createServer } from '../shared/node-http.ts';

/** One request that has passed the door: its caller is known. Nothing of its body is read, unless it is in `body`. */
export interface ServiceRequest extends Caller {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The path as sent, still percent-encoded: `URL` would fold `a/../b`, which is a valid object key. */
  readonly path: string;
  /** Without the parameters that sign a presigned URL. */
  readonly query: URLSearchParams;
  /** The host without its port, lower-cased: `127.0.0.1`, or `my-bucket.localhost`. */
  readonly hostname: string;
  /** Who signed it; nobody, who may do nothing, while a POST form still has to say, and for the runtime's own calls. */
  readonly principal: Principal;
  /** Absent for a POST form, whose signature is a field of it, and for the runtime's own calls. */
  readonly signature: Signature | undefined;
  /** For who finds the signature in the body. @throws AwsError when it is not right */
  signerOf(form: SignedForm): Principal;
  /** Goes into the answer as `x-amzn-requestid` or S3's `x-amz-request-id`, and into an S3 event. */
  readonly requestId: string;
}

/** A service behind the gateway. It answers every request it is given, errors too. */
export interface Service {
  handle(request: ServiceRequest): Promise<void>;
}

/** What a gateway serves. */
export interface Served extends Routes<Service>, AccessKeys {
  /** Answers paths under `/_sluice/`; these need no signature. */
  readonly control?: Service;
  /** What pages of other origins may ask. @default nothing */
  readonly pages?: PageRules;
}

export interface GatewayOptions {
  /** How long the head of a request may take, from its first byte or that of its connection. @default 30 s */
  readonly headersTimeoutMs?: number;
  /** How long nothing of a body may come, while it is waited for. @default 5 minutes */
  readonly stalledBodyMs?: number;
  /** The time that presigned URLs are held against, in milliseconds since 1970. @default the machine's */
  now?(): number;
}

// keys, bodies and messages come from anywhere: in a browser none of them may become a page of this origin, or a script
const NEVER_A_PAGE = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
};

/** Longer than any client that still lives is silent. */
const STALLED_BODY_MS = 300_000;

/**
 * The one loopback endpoint behind which all services stand. It listens first, since services are made with its address,
 * and is told then what to serve; a request that comes before is told that the pipeline is starting.
 */
export class Gateway {
  readonly #server: Server;
  readonly #options: GatewayOptions;
  #served: Served | undefined;
  #port = 0;

  constructor(options: GatewayOptions = {}) {
    this.#options = options;
    const { headersTimeoutMs = 30_000 } = options;
    this.#server = createServer(
      {
        // uploads may take as long as they take; that would switch off the limit of their heads too
        requestTimeout: 0,
        headersTimeout: headersTimeoutMs,
        connectionsCheckingInterval: headersTimeoutMs / 6,
        // an SDK keeps its connections for a while
        keepAliveTimeout: 65_000,
      },
      (incoming, response) => {
        void this.#receive(incoming, response);
      },
    );
  }

  /** @param port 0 takes a free one @returns the port @throws PortTakenError when another program listens there */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'EADDRINUSE' ? new PortTakenError('port', port, '--port', error) : error),
      );
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** From now on requests are served, by these. */
  serve(served: Served): void {
    this.#served = served;
  }

  /** Takes no more connections and ends those that are idle; requests under way get `graceMs` to finish. */
  async close(graceMs = 1_000): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(cut);
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    for (const [name, value] of Object.entries(NEVER_A_PAGE)) response.setHeader(name, value);
    let head = readHead(incoming);
    const { stalledBodyMs = STALLED_BODY_MS } = this.#options;
    watchBody(incoming, stalledBodyMs, () => {
      const seconds = stalledBodyMs / 1_000;
      logError('a body stopped coming; its connection is closed', { request_id: requestId, seconds });
      refuse(head, response, {
        requestId,
        error: new AwsError('RequestTimeout', `nothing of the body has come for ${seconds} seconds`, 400),
      });
      // who reads the body hears that it has ended early, and keeps nothing of it
      if (response.writableFinished || response.destroyed) incoming.destroy();
      else response.once('finish', () => incoming.destroy());
    });
    try {
      const hostname = this.#checkHost(head);
      const served = this.#served;
      if (served === undefined) {
        throw new AwsError('ServiceUnavailable', 'the pipeline is starting', 503);
      }
      const page = pageOf(head.headers, head.headers.host ?? '');
      head = { ...head, signature: readSignature(head.headers, head.query) };
      if (page !== undefined && admit(served, page, { head, hostname, response }) === 'answered') return;
      const nowMs = this.#options.now?.() ?? Date.now();
      const caller = await identify(served, { head, incoming, hostname, nowMs });
      const { method, path, query, signature } = head;
      const identified = head;
      await serviceFor(served, head).handle({
        ...caller,
        incoming,
        response,
        method,
        path,
        query: withoutSignature(query, signature),
        hostname,
        signature,
        signerOf: (form) => identifyForm(served, identified, form),
        requestId,
      });
    } catch (error) {
      refuse(head, response, { requestId, error: asAwsError(error, requestId) });
    }
  }

  /** @returns the host's name @throws DoorError unless the request means this machine */
  #checkHost({ headers: { host = '' } }: RequestHead): string {
    const colon = host.lastIndexOf(':');
    const hostname = host.slice(0, colon === -1 ? undefined : colon).toLowerCase();
    // a name that merely resolves to this machine is a web page's trick (DNS rebinding)
    if (!isLoopback(hostname) || host.slice(colon + 1) !== String(this.#port)) {
      throw new DoorError('AccessDenied', `host ${JSON.stringify(host)} is not this endpoint`, 403);
    }
    return hostname;
  }
}

/** Lets a page's request in, or answers its preflight. @throws AwsError when the page may not ask that */
function admit(
  { pages }: Served,
  page: Page,
  { head, hostname, response }: Readonly<{ head: RequestHead; hostname: string; response: ServerResponse }>,
): 'admitted' | 'answered' {
  if (pages === undefined || head.path.startsWith('/_sluice/')) {
    const who = page.origin === undefined ? 'a page' : `the page ${JSON.stringify(page.origin)}`;
    throw new DoorError('AccessDenied', `requests from ${who} are refused`, 403);
  }
  const request = pageRequest(head, hostname, page);
  const headers = pages.admit(request);
  // they go out with whatever answers the request, refusals too
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!request.isPreflight) return 'admitted';
  response.writeHead(200, { 'content-length': 0 }).end();
  return 'answered';
}

function serviceFor(served: Served, head: RequestHead): Service {
  const { control } = served;
  if (head.path.startsWith('/_sluice/') && control !== undefined) return control;
  return serviceOf(served, head);
}

function readHead({ url = '/', method = 'GET', headers }: IncomingMessage): RequestHead {
  const question = url.indexOf('?');
  return {
    headers,
    method,
    path: question === -1 ? url : url.slice(0, question),
    query: new URLSearchParams(question === -1 ? '' : url.slice(question + 1)),
    signature: undefined,
  };
}

function asAwsError(error: unknown, requestId: string): AwsError {
  if (error instanceof AwsError) return error;
  logError('request failed', { request_id: requestId, error });
  return new AwsError('InternalError', internalMessage(error), 500);
}
