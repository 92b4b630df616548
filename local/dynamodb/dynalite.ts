import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request as httpRequest } from '../../shared/node-http.ts';
import { AwsError } from '../protocols/aws-error.ts';
import { DynaliteProcess, type DynaliteProcessOptions } from './dynalite-process.ts';

export interface DynaliteOptions extends DynaliteProcessOptions {
  /** How long a call may take. @default 15,000 ms in real time, since the child's work is */
  readonly deadlineMs?: number;
}

/** What a call to DynamoDB gave. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export const CONTENT_TYPE = 'application/x-amz-json-1.0';

const DEADLINE_MS = 15_000;

/** The client of dynalite: it passes on the requests of others as they are, and makes those of the runtime itself. */
export class Dynalite {
  readonly #options: DynaliteOptions;
  readonly #process: DynaliteProcess;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #lastAnswerAtMs = 0;

  private constructor(options: DynaliteOptions, process: DynaliteProcess) {
    this.#options = options;
    this.#process = process;
  }

  /** Resolves once it listens. @throws TableStoreError with what it wrote when it does not */
  static async start(options: DynaliteOptions): Promise<Dynalite> {
    return new Dynalite(options, await DynaliteProcess.start(options));
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await this.#process.stop();
  }

  /**
   * Passes a request on as it is.
   *
   * @throws Error when there is no answer before the deadline. A child that has answered nobody else meanwhile either
   * is killed, and another takes its place: what it had acknowledged is on the disk. So is one whose socket has gone
   */
  async send(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const { deadlineMs = DEADLINE_MS } = this.#options;
    const { child } = this.#process;
    const sentAtMs = performance.now();
    const cancelled = new AbortController();
    const timer = setTimeout(() => {
      // what has come while this process itself was held up is read first
      setImmediate(() => {
        cancelled.abort(new Error(`no answer within ${deadlineMs} ms`));
        if (this.#lastAnswerAtMs < sentAtMs) this.#process.replace(child);
      });
    }, deadlineMs);
    try {
      return await this.#exchange(headers, body, cancelled.signal);
    } catch (error) {
      // somebody has cleared the temporary folder, and the socket with it: nothing can reach that child again
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isGone && this.#process.isListening(child)) this.#process.replace(child);
      throw cancelled.signal.aborted
        ? cancelled.signal.reason
        : ((await this.#process.lastWords(child)) ?? error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange(headers: IncomingHttpHeaders, body: Buffer, signal: AbortSignal): Promise<Answer> {
    return await new Promise((resolve, reject) => {
      const { connection: _, expect: __, 'transfer-encoding': ___, ...passed } = headers;
      const outgoing = httpRequest(
        {
          socketPath: this.#process.socketPath,
          method: 'POST',
          path: '/',
          agent: this.#agent,
          signal,
          headers: { ...passed, host: 'dynalite', 'content-length': body.length },
        },
        (answer) => {
          this.#lastAnswerAtMs = performance.now();
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 500,
              headers: answer.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** One operation on behalf of the runtime itself. @throws AwsError as DynamoDB answered it */
  async call(operation: string, input: object): Promise<unknown> {
    const { region } = this.#options;
    const { status, body } = await this.send(
      {
        'content-type': CONTENT_TYPE,
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        // dynalite wants the form of a signature, not a valid one
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      Buffer.from(JSON.stringify(input)),
    );
    const output = JSON.parse(body.toString('utf8')) as {
      __type?: string;
      message?: string;
      Message?: string;
    };
    if (status === 200) return output;
    throw new AwsError(
      output.__type?.split('#').at(-1) ?? 'InternalFailure',
      output.message ?? output.Message ?? '',
      status,
    );
  }
}
