import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeFolder } from '../../shared/make-folder.ts';
import { AwsError } from '../protocols/aws-error.ts';
import type { Clock } from '../clock.ts';
import { Watchdog } from '../lambda/watchdog.ts';
import { makeSocketFolder, removeStaleSocketFolders, type SocketFolder } from '../storage/socket-folder.ts';

/** The folder of the tables cannot be used. */
export class TableStoreError extends Error {
  override readonly name = 'TableStoreError';
}

export interface DynaliteOptions {
  /** Where the tables are kept. */
  readonly folder: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** How long a call may take. @default 15,000 ms in real time, since the child's work is */
  readonly deadlineMs?: number;
  /** Writes a line when something went wrong behind the scenes. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** What a call to DynamoDB gave. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export const CONTENT_TYPE = 'application/x-amz-json-1.0';

const START_AGAIN_MS = 1_000;
const DEADLINE_MS = 15_000;
/** The connection of a child that ends breaks a moment before the child is gone. */
const LAST_WORDS_MS = 1_000;
const LOOK_AGAIN_MS = 5;

/**
 * dynalite in a child process of its own, started again when it ends by itself. It asks nobody who he is, and lets any
 * web page read its answers, so it listens on a Unix socket that only this user can reach.
 */
export class Dynalite {
  readonly #options: DynaliteOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  // a child that is busy with one long computation does not notice that its channel has closed
  readonly #watchdog = new Watchdog();
  #child: ChildProcess | undefined;
  #listening: ChildProcess | undefined;
  #socket: SocketFolder | undefined;
  #stopping = false;
  #lastAnswerAtMs = 0;
  readonly #saidAtItsEnd = new WeakMap<ChildProcess, string>();

  private constructor(options: DynaliteOptions) {
    this.#options = options;
  }

  /** Resolves once it listens. @throws TableStoreError with what it wrote when it does not */
  static async start(options: DynaliteOptions): Promise<Dynalite> {
    const dynalite = new Dynalite(options);
    makeFolder(options.folder);
    await removeStaleSocketFolders();
    try {
      await dynalite.#startChild();
    } catch (error) {
      await dynalite.stop();
      throw error;
    }
    return dynalite;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#agent.destroy();
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      // what it has acknowledged is written; one that hangs would not hear anything milder
      child.kill('SIGKILL');
      await exited;
    }
    this.#watchdog.stop();
    this.#socket?.remove();
  }

  /**
   * Passes a request on as it is.
   *
   * @throws Error when there is no answer before the deadline. A child that has answered nobody else meanwhile either
   * is killed, and another takes its place: what it had acknowledged is on the disk. So is one whose socket has gone
   */
  async send(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    const { deadlineMs = DEADLINE_MS } = this.#options;
    const child = this.#child;
    const sentAtMs = performance.now();
    const cancelled = new AbortController();
    const timer = setTimeout(() => {
      // what has come while this process itself was held up is read first
      setImmediate(() => {
        cancelled.abort(new Error(`no answer within ${deadlineMs} ms`));
        if (this.#lastAnswerAtMs < sentAtMs && child === this.#child && !this.#stopping) this.#replace(child);
      });
    }, deadlineMs);
    try {
      return await this.#exchange(headers, body, cancelled.signal);
    } catch (error) {
      // somebody has cleared the temporary folder, and the socket with it: nothing can reach that child again
      const isCutOff = (error as NodeJS.ErrnoException).code === 'ENOENT' && child === this.#listening;
      if (isCutOff && !this.#stopping) this.#replace(child);
      throw cancelled.signal.aborted ? cancelled.signal.reason : ((await this.#lastWords(child)) ?? error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a child said that has just ended over a request; `undefined` for one that lives on, or was killed. */
  async #lastWords(child: ChildProcess | undefined): Promise<TableStoreError | undefined> {
    if (child === undefined || this.#stopping) return undefined;
    const deadline = performance.now() + LAST_WORDS_MS;
    while (!this.#saidAtItsEnd.has(child)) {
      if (performance.now() > deadline) return undefined;
      await pause(LOOK_AGAIN_MS);
    }
    const said = this.#saidAtItsEnd.get(child)!;
    return said === ''
      ? undefined
      : new TableStoreError(`the table store in ${this.#options.folder}: ${said}`);
  }

  async #exchange(headers: IncomingHttpHeaders, body: Buffer, signal: AbortSignal): Promise<Answer> {
    return await new Promise((resolve, reject) => {
      const { connection: _, expect: __, 'transfer-encoding': ___, ...passed } = headers;
      const outgoing = httpRequest(
        {
          socketPath: this.#socket?.path,
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

  #replace(child: ChildProcess | undefined): void {
    this.#listening = undefined;
    this.#options.log('dynalite does not answer; another takes its place', { pid: child?.pid });
    child?.kill('SIGKILL');
  }

  async #startChild(): Promise<void> {
    const { folder, region, accountId } = this.#options;
    this.#socket?.remove();
    this.#socket = makeSocketFolder();
    const child = fork(join(import.meta.dirname, 'dynalite-child.mjs'), [this.#socket.path, folder], {
      env: { PATH: process.env['PATH'], AWS_REGION: region, AWS_ACCOUNT_ID: accountId },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // it leads a group of its own: Ctrl-C is for the runtime, which decides when the child stops
      detached: true,
    });
    this.#child = child;
    const { pid } = child;
    if (pid !== undefined) {
      this.#watchdog.watch(pid);
      child.once('exit', () => this.#watchdog.unwatch(pid));
    }
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-4_000);
    });
    // after its last words have been read
    child.once('close', () => this.#saidAtItsEnd.set(child, complaint.trim()));
    await Promise.race([
      new Promise<void>((resolve) => {
        child.on('message', (message) => {
          if (message === 'listening') resolve();
          else this.#options.log('another process has the tables open; waiting for it to end', { folder });
        });
      }),
      once(child, 'close').then(() => {
        throw new TableStoreError(
          `the table store cannot be started in ${folder}: ${complaint.trim() || `exit code ${child.exitCode}`}`,
        );
      }),
    ]);
    this.#listening = child;
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      this.#options.log('dynalite ended by itself; starting it again', {
        code,
        signal,
        stderr: complaint.trim(),
      });
      this.#startAgain();
    });
  }

  #startAgain(): void {
    this.#startChild().catch((error: unknown) => {
      if (this.#stopping) return;
      this.#options.log('dynalite cannot be started; trying again', { error });
      this.#options.clock.after(START_AGAIN_MS, () => this.#startAgain());
    });
  }
}
