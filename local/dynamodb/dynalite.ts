import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../protocols/aws-error.ts';
import { DynaliteProcess, type DynaliteProcessOptions } from './dynalite-process.ts';
import { type Answer, TableStoreConnections } from './table-store-connections.ts';

export interface DynaliteOptions extends DynaliteProcessOptions {
  /** How long a call may take. @default 15,000 ms in real time, since the child's work is */
  readonly deadlineMs?: number;
}

export const CONTENT_TYPE = 'application/x-amz-json-1.0';

const DEADLINE_MS = 15_000;

/** The client of dynalite: it passes on the requests of others as they are, and makes those of the runtime itself. */
export class Dynalite {
  readonly #options: DynaliteOptions;
  readonly #process: DynaliteProcess;
  readonly #connections = new TableStoreConnections();
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
    this.#connections.destroy();
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
    const { child, socketPath = '' } = this.#process;
    const sentAtMs = performance.now();
    const exchange = this.#connections.exchange(socketPath, headers, body);
    let tooLate: Error | undefined;
    const timer = setTimeout(() => {
      // what has come while this process itself was held up is read first
      setImmediate(() => {
        tooLate = new Error(`no answer within ${deadlineMs} ms`);
        exchange.cancel(tooLate);
        if (this.#lastAnswerAtMs < sentAtMs) this.#process.replace(child);
      });
    }, deadlineMs);
    try {
      const answer = await exchange.answer;
      this.#lastAnswerAtMs = performance.now();
      return answer;
    } catch (error) {
      // somebody has cleared the temporary folder, and the socket with it: nothing can reach that child again
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isGone && this.#process.isListening(child)) this.#process.replace(child);
      throw tooLate ?? (await this.#process.lastWords(child)) ?? error;
    } finally {
      clearTimeout(timer);
    }
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
