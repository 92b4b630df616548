import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

  /** @param onExceeded is called, maybe more than once, when the process takes or has taken more than `limitBytes` */
  constructor(pid: number | undefined, limitBytes: number, onExceeded: () => void) {
    this.#pid = pid;
    this.#limitBytes = limitBytes;
    this.#onExceeded = onExceeded;
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
    if (process.platform === 'linux') this.#note(peakFromProc(this.#pid));
    else void residentFromPs(this.#pid).then((bytes) => this.#note(bytes));
  }

  #note(bytes: number): void {
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes > this.#limitBytes) this.#onExceeded();
  }
}

/** The kernel remembers the peak: none between two looks is missed. 0 once the process is gone. */
function peakFromProc(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return Number(kilobytes ?? 0) * 1_024;
  } catch {
    return 0;
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
