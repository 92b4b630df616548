import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { promisify } from 'node:util';

// real time: the process is real
const LOOK_AGAIN_MS = 50;
const LOOK_AGAIN_WITH_PS_MS = 250;

/** Watches the resident memory of one process while it works. */
export class MemoryWatch {
  readonly #pid: number | undefined;
  readonly #limitBytes: number;
  readonly #onExceeded: () => void;
  #peakBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #status: ProcessStatus | undefined;

  /** @param onExceeded is called, maybe more than once, when the process takes or has taken more than `limitBytes` */
  constructor(pid: number | undefined, limitBytes: number, onExceeded: () => void) {
    this.#pid = pid;
    this.#limitBytes = limitBytes;
    this.#onExceeded = onExceeded;
    if (pid !== undefined && process.platform === 'linux') this.#status = new ProcessStatus(pid);
  }

  /** The most that the process was seen to take. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  start(): void {
    const everyMs = process.platform === 'linux' ? LOOK_AGAIN_MS : LOOK_AGAIN_WITH_PS_MS;
    this.#timer ??= setInterval(() => this.#look(), everyMs);
  }

  /** Looks once more, since a short peak may lie behind. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (process.platform === 'linux') this.#look();
  }

  #look(): void {
    if (this.#pid === undefined) return;
    if (this.#status !== undefined) this.#note(this.#status.peakBytes());
    else void residentFromPs(this.#pid).then((bytes) => this.#note(bytes));
  }

  #note(bytes: number): void {
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes > this.#limitBytes) this.#onExceeded();
  }
}

/** What the kernel tells of a process. The file stays open while the process lives: every invocation asks. */
class ProcessStatus {
  readonly #path: string;
  readonly #text = Buffer.allocUnsafe(4_096);
  #file: number | undefined;
  #isGone = false;

  constructor(pid: number) {
    this.#path = `/proc/${pid}/status`;
  }

  /** The kernel remembers the peak: none between two looks is missed. 0 once the process is gone. */
  peakBytes(): number {
    if (this.#isGone) return 0;
    try {
      this.#file ??= openSync(this.#path, 'r');
      const length = readSync(this.#file, this.#text, 0, this.#text.length, 0);
      const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(this.#text.toString('latin1', 0, length)) ?? [];
      return Number(kilobytes ?? 0) * 1_024;
    } catch {
      this.#isGone = true;
      if (this.#file !== undefined) closeSync(this.#file);
      return 0;
    }
  }
}

async function residentFromPs(pid: number): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
    return Number(stdout.trim()) * 1_024;
  } catch {
    return 0;
  }
}
