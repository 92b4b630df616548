import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file may grow to this before it becomes `….1`, and the one before that is dropped. */
const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

/** How much of an invocation's log an `Invoke` can give back. */
const TAIL_BYTES = 4_096;

/** A function's log: kept in a file, shown to whoever listens, and remembered for the tail of one invocation. */
export class FunctionLog {
  readonly #file: string;
  readonly #onLine: (line: string) => void;
  #bytes: number;

  /** @param name of the function @param onLine is called with every line as well */
  constructor(folder: string, name: string, onLine: (line: string) => void = () => {}) {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, `${name.replaceAll(/[^\w.-]/g, '_')}.log`);
    this.#onLine = onLine;
    this.#bytes = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  write(line: string): void {
    const text = `${line}\n`;
    if (this.#bytes > LARGEST_FILE_BYTES) {
      renameSync(this.#file, `${this.#file}.1`);
      this.#bytes = 0;
    }
    appendFileSync(this.#file, text);
    this.#bytes += Buffer.byteLength(text);
    this.#onLine(line);
  }
}

/** Collects the end of one invocation's log. */
export class LogTail {
  #text = '';

  add(line: string): void {
    this.#text = `${this.#text}${line}\n`.slice(-TAIL_BYTES);
  }

  toString(): string {
    return this.#text;
  }
}

/** Cuts a stream of text into lines, whatever its chunks are. */
export function lineSplitter(onLine: (line: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  };
}
