import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../shared/make-folder.ts';
import { logError } from '../log.ts';

/** A file may grow to this before it becomes `….1`, and the one before that is dropped. */
const LARGEST_FILE_BYTES = 32 * 1024 * 1024;

/** A line without an end is cut there: what CloudWatch takes as one event. */
const LONGEST_LINE = 256 * 1024;

/** How much of an invocation's log an `Invoke` can give back. */
const TAIL_BYTES = 4_096;

/** Where a log group is kept. */
export function logFile(folder: string, logGroupName: string): string {
  const name = logGroupName.replace(/^\//, '').replaceAll(/[^\w.-]/g, '_');
  return join(folder, `${name}.log`);
}

/** The kept log of one log group: one file, and the one before it. */
export class LogFile {
  readonly #file: string;
  readonly #largestBytes: number;
  readonly #onDrop: (file: string) => void;
  #handle: number | undefined;
  #bytes = 0;
  #isLosing = false;

  /**
   * @param logGroupName e.g. `/aws/lambda/OneConsumer`, which is kept as `aws_lambda_OneConsumer.log`
   * @param onDrop called when the file before the last is gone
   */
  constructor(
    folder: string,
    logGroupName: string,
    largestBytes = LARGEST_FILE_BYTES,
    onDrop: (file: string) => void = () => {},
  ) {
    this.#file = logFile(folder, logGroupName);
    this.#largestBytes = largestBytes;
    this.#onDrop = onDrop;
  }

  /** A line that cannot be kept is lost, and no reason for an invocation to fail: it is complained of, once. */
  write(line: string): void {
    try {
      if (this.#handle === undefined) this.#open();
      if (this.#bytes > this.#largestBytes) this.#rotate();
      this.#bytes += writeSync(this.#handle!, `${line}\n`);
      this.#isLosing = false;
    } catch (error) {
      if (!this.#isLosing) logError('a log cannot be kept', { file: this.#file, error });
      this.#isLosing = true;
    }
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  #open(): void {
    makeFolder(dirname(this.#file));
    this.#handle = openSync(this.#file, 'a', 0o600);
    this.#bytes = fstatSync(this.#handle).size;
  }

  #rotate(): void {
    this.close();
    const before = `${this.#file}.1`;
    const isDropping = existsSync(before);
    renameSync(this.#file, before);
    this.#open();
    if (isDropping) this.#onDrop(before);
  }
}

/** Collects the end of one invocation's log. */
export class LogTail {
  #text = '';

  add(line: string): void {
    this.#text = `${this.#text}${line}\n`.slice(-TAIL_BYTES);
  }

  toString(): string {
    return Buffer.from(this.#text).subarray(-TAIL_BYTES).toString('utf8');
  }
}

/** Cuts a stream of text into lines, whatever its chunks are. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.#onLine(line);
    while (this.#rest.length > LONGEST_LINE) {
      this.#onLine(this.#rest.slice(0, LONGEST_LINE));
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }

  /** The last line may have no end. */
  end(): void {
    if (this.#rest !== '') this.#onLine(this.#rest);
    this.#rest = '';
  }
}
