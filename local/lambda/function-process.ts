import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { LineSplitter } from './function-log.ts';
import { inspectorFlags } from './inspector.ts';
import type { Watchdog } from './watchdog.ts';

export interface FunctionProcessOptions {
  readonly codeDir: string;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly watchdog: Watchdog;
  /** Node's inspector listens on this loopback port. @default no inspector */
  readonly inspectorPort?: number | undefined;
  /** Called with every line on stdout and stderr. */
  readonly onLine: (line: string) => void;
  /** Called once, after the last line. */
  readonly onEnd: (exitCode: number | null, signal: NodeJS.Signals | null) => void;
}

// a process that has left the group may hold the output open
const LAST_LINES_MS = 500;

/** The process of an execution environment, and all that it has started. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #splitters: readonly LineSplitter[];
  #hasEnded = false;

  constructor(options: FunctionProcessOptions) {
    const { codeDir, memoryMb, variables, watchdog, inspectorPort, onLine, onEnd } = options;
    this.#child = spawn(
      process.execPath,
      [
        ...nodeFlags(memoryMb, variables['NODE_OPTIONS']),
        ...inspectorFlags(inspectorPort),
        join(import.meta.dirname, 'bootstrap.mjs'),
      ],
      {
        cwd: codeDir,
        env: variables,
        stdio: ['ignore', 'pipe', 'pipe'],
        // it leads a group of its own, which is killed as a whole; the terminal's Ctrl-C does not reach it
        detached: true,
      },
    );
    const { pid } = this.#child;
    if (pid !== undefined) watchdog.watch(pid);
    this.#splitters = [this.#child.stdout, this.#child.stderr].map((stream) => {
      const splitter = new LineSplitter(onLine);
      stream?.setEncoding('utf8').on('data', (chunk: string) => splitter.push(chunk));
      return splitter;
    });
    const end = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.flushLines();
      onEnd(exitCode, signal);
    };
    this.#child.once('error', (error) => {
      onLine(`the function's process cannot be started in ${codeDir}: ${error.message}`);
      end(null, null);
    });
    this.#child.once('exit', (exitCode, signal) => {
      // what it has started goes with it
      this.kill();
      if (pid !== undefined) watchdog.unwatch(pid);
      const timer = setTimeout(() => end(exitCode, signal), LAST_LINES_MS);
      this.#child.once('close', () => {
        clearTimeout(timer);
        end(exitCode, signal);
      });
    });
  }

  /** `undefined` when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Passes on what was printed without the end of a line. */
  flushLines(): void {
    for (const splitter of this.#splitters) splitter.end();
  }

  /** SIGKILL to the whole group. */
  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#hasEnded) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      // none of them is left; where only a zombie is, macOS says EPERM
      if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** As Lambda starts Node: nine tenths of the memory for the old space, unless the function's options say otherwise. */
function nodeFlags(memoryMb: number, nodeOptions = ''): string[] {
  const always = ['--expose-gc', '--max-http-header-size=81920'];
  if (/max[-_](semi|old)[-_]space[-_]size/.test(nodeOptions)) return always;
  const newSpaceMb = Math.floor(memoryMb / 10);
  return [
    ...always,
    `--max-semi-space-size=${Math.floor(newSpaceMb / 2)}`,
    `--max-old-space-size=${memoryMb - newSpaceMb}`,
  ];
}
