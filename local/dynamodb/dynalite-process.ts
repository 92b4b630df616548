import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pause } from '../../shared/pause.ts';
import { makeFolder } from '../../shared/make-folder.ts';
import type { Clock } from '../clock.ts';
import { Watchdog } from '../lambda/watchdog.ts';
import { makeSocketFolder, removeStaleSocketFolders, type SocketFolder } from '../storage/socket-folder.ts';
import { compileCacheFolder } from '../../shared/compile-cache.ts';

/** The folder of the tables cannot be used. */
export class TableStoreError extends Error {
  override readonly name = 'TableStoreError';
}

export interface DynaliteProcessOptions {
  /** Where the tables are kept. */
  readonly folder: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** Writes a line when something went wrong behind the scenes. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

const START_AGAIN_MS = 1_000;
/** The connection of a child that ends breaks a moment before the child is gone. */
const LAST_WORDS_MS = 1_000;
const LOOK_AGAIN_MS = 5;

/**
 * The child process that dynalite runs in, started again when it ends by itself. dynalite asks nobody who he is, and lets
 * any web page read its answers, so it listens on a Unix socket that only this user can reach.
 */
export class DynaliteProcess {
  readonly #options: DynaliteProcessOptions;
  // a child that is busy with one long computation does not notice that its channel has closed
  readonly #watchdog = new Watchdog();
  #child: ChildProcess | undefined;
  #listening: ChildProcess | undefined;
  #socket: SocketFolder | undefined;
  #stopping = false;
  readonly #saidAtItsEnd = new WeakMap<ChildProcess, string>();

  private constructor(options: DynaliteProcessOptions) {
    this.#options = options;
  }

  /** Resolves once it listens. @throws TableStoreError with what it wrote when it does not */
  static async start(options: DynaliteProcessOptions): Promise<DynaliteProcess> {
    const dynalite = new DynaliteProcess(options);
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

  /** The one that requests go to now, whether it listens yet or not. */
  get child(): ChildProcess | undefined {
    return this.#child;
  }

  get socketPath(): string | undefined {
    return this.#socket?.path;
  }

  isListening(child: ChildProcess | undefined): boolean {
    return child !== undefined && child === this.#listening;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
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

  /** Kills a child that no request can reach; another takes its place. One that is no longer the child is let be. */
  replace(child: ChildProcess | undefined): void {
    if (this.#stopping || child !== this.#child) return;
    this.#listening = undefined;
    this.#options.log('dynalite does not answer; another takes its place', { pid: child?.pid });
    child?.kill('SIGKILL');
  }

  /** What a child said that has just ended over a request; `undefined` for one that lives on, or was killed. */
  async lastWords(child: ChildProcess | undefined): Promise<TableStoreError | undefined> {
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

  async #startChild(): Promise<void> {
    const { folder, region, accountId } = this.#options;
    this.#socket?.remove();
    this.#socket = makeSocketFolder();
    const child = fork(join(import.meta.dirname, 'dynalite-child.mjs'), [this.#socket.path, folder], {
      env: {
        PATH: process.env['PATH'],
        AWS_REGION: region,
        AWS_ACCOUNT_ID: accountId,
        NODE_COMPILE_CACHE: compileCacheFolder(),
      },
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
