import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watchBody } from '../../shared/stalled-body.ts';
import type { ConnectionOptions } from '../pipeline/connection.ts';
import { callAt } from './console-calls.ts';
import { checkCaller, checkHost } from './door.ts';
import { KeptPipeline } from './kept-pipeline.ts';
import { fileNameAt, PageFiles } from './page-files.ts';
import { refusalOf, refuse, Refusal } from './refusal.ts';
import { VerbRuns } from './verb-runs.ts';
import { createServer } from '../../shared/node-http.ts';

export interface ConsoleOptions {
  /** Which pipeline it is about. */
  readonly target: ConnectionOptions;
  /** Refuses what changes something. */
  readonly readOnly: boolean;
  /** The command that shows the address again. */
  readonly startCommand: string;
  /** Told, a line at a time, of what went wrong and no page was to blame for. */
  readonly onTrouble: (text: string) => void;
}

/** @param styleSource the one sheet of styles that may count: `'sha256-…'` */
const policyOf = (styleSource: string): string =>
  `default-src 'none'; script-src 'self'; style-src ${styleSource}; connect-src 'self'; img-src 'self' blob: data:; ` +
  "font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const HEADERS = {
  'content-security-policy': policyOf("'none'"),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

const LAST_WORDS_MS = 5_000;

/** A body of which nothing comes for so long comes no more. */
const STALLED_BODY_MS = 60_000;

/** The web page's server: its page, and verbs that it runs for that page of this start alone. */
export class ConsoleServer {
  readonly #options: ConsoleOptions;
  readonly #server: Server;
  readonly #token = randomBytes(16).toString('base64url');
  readonly #files = new PageFiles();
  readonly #pipeline: KeptPipeline;
  readonly #runs: VerbRuns;
  readonly #answering = new Set<Promise<void>>();
  #port = 0;
  #isStopping = false;

  constructor(options: ConsoleOptions) {
    const { target, onTrouble } = options;
    this.#options = options;
    this.#pipeline = new KeptPipeline(target);
    this.#runs = new VerbRuns({ target, pipeline: this.#pipeline, onMistake: onTrouble });
    this.#server = createServer(
      // an upload may take as long as it takes; that would switch off the limit of the heads too
      { requestTimeout: 0, headersTimeout: 30_000, connectionsCheckingInterval: 5_000 },
      (incoming, response) => {
        const answered = this.#receive(incoming, response).finally(() => this.#answering.delete(answered));
        this.#answering.add(answered);
      },
    );
  }

  /** @param port 0 takes a free one @throws what listening throws: EADDRINUSE */
  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** What opens the page: the token stands in the fragment, which no browser sends anywhere. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}/#token=${this.#token}`;
  }

  /** Takes no more, ends the verbs that run, as Ctrl-C does, and gives them five seconds to say how far they came. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const cut = setTimeout(() => this.#server.closeAllConnections(), LAST_WORDS_MS);
    this.#runs.stop();
    await Promise.all(this.#answering);
    clearTimeout(cut);
    this.#server.closeAllConnections();
    await closed;
    this.#pipeline[Symbol.dispose]();
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    // a page that goes away meanwhile is no failure
    response.on('error', () => {});
    watchBody(incoming, STALLED_BODY_MS, () => incoming.destroy());
    try {
      checkHost(incoming, this.#port);
      if (this.#isStopping) throw new Refusal('stopping', 'the console is stopping');
      const [path = '/', query] = (incoming.url ?? '/').split(/\?(.*)/s);
      if (incoming.method === 'POST') await this.#call(incoming, response, { path, query: query ?? '' });
      else await this.#sendFile(incoming, response, path);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) this.#options.onTrouble((error as Error).stack ?? String(error));
      refuse(response, refusal ?? new Refusal('failed', (error as Error).message));
    }
  }

  async #call(
    incoming: IncomingMessage,
    response: ServerResponse,
    { path, query }: { readonly path: string; readonly query: string },
  ): Promise<void> {
    const call = callAt(path);
    checkCaller(incoming, this.#token, call.contentType);
    const { target, readOnly, startCommand } = this.#options;
    await call.answer({
      incoming,
      response,
      query: new URLSearchParams(query),
      target,
      readOnly,
      startCommand,
      runs: this.#runs,
      pipeline: this.#pipeline,
    });
  }

  async #sendFile(
    { method, headers }: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const name = method === 'GET' || method === 'HEAD' ? fileNameAt(path) : undefined;
    if (name === undefined) {
      throw new Refusal(
        'wrong-method',
        `${method} ${path} is nothing that the console serves`,
        'the page is at /',
      );
    }
    const { contentType, bytes, etag, status, styleSource } = await this.#files.read(name);
    if (styleSource !== undefined) response.setHeader('content-security-policy', policyOf(styleSource));
    // asked for again each time, and sent again only when it has changed
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('etag', etag);
    if (headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(status, { 'content-type': contentType, 'content-length': bytes.length });
    response.end(method === 'HEAD' ? undefined : bytes);
  }
}
