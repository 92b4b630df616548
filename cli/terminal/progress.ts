import { countText, durationText } from './units.ts';

export interface ProgressOptions {
  readonly label: string;
  /** How much there is to do; unknown for now when left out. */
  readonly total?: number;
  /** How an amount is written. @default a plain number */
  readonly amountText?: (amount: number) => string;
  /** @default performance.now */
  readonly now?: () => number;
  /** Takes it as it is, where no terminal shows it. */
  readonly onProgress?: ((progress: ProgressMade) => void) | undefined;
}

/** How far long work has come. */
export interface ProgressMade {
  /** What is done: `redriving` */
  readonly label: string;
  readonly done: number;
  /** Undefined where nobody knows it. */
  readonly total: number | undefined;
}

const BAR_WIDTH = 20;
const REDRAW_MS = 100;

/**
 * How far long work has come, with its rate and the time left, as one line of a terminal that is written over. Into
 * anything but a terminal nothing is written; who watches it otherwise is told as often, and of the last step.
 *
 *     redriving  ██████░░░░░░░░░░░░░░  1,200/4,000  310/s  9 s left
 */
export class Progress implements Disposable {
  readonly #stream: NodeJS.WriteStream;
  readonly #options: ProgressOptions;
  readonly #now: () => number;
  readonly #begunAt: number;
  #drawnAt = -Infinity;
  #isShown = false;
  #untold: ProgressMade | undefined;

  constructor(stream: NodeJS.WriteStream, options: ProgressOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#begunAt = this.#now();
  }

  /** @param total replaces the one that was known at the start */
  show(done: number, total = this.#options.total): void {
    const now = this.#now();
    const isTooSoon = now - this.#drawnAt < REDRAW_MS;
    this.#untold = { label: this.#options.label, done, total };
    if (!isTooSoon) this.#tell();
    if (isTooSoon) return;
    this.#drawnAt = now;
    if (!this.#stream.isTTY) return;
    this.#isShown = true;
    const width = this.#stream.columns || 80;
    this.#stream.write(`\r\u001b[2K${this.text(done, total).slice(0, width - 1)}`);
  }

  text(done: number, total = this.#options.total): string {
    const { label, amountText = countText } = this.#options;
    const seconds = (this.#now() - this.#begunAt) / 1_000;
    const rate = seconds > 0 ? done / seconds : 0;
    const rateText = rate > 0 ? [`${amountText(Math.round(rate))}/s`] : [];
    if (total === undefined || total === 0) return [label, amountText(done), ...rateText].join('  ');
    const filled = Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH));
    const left = rate > 0 && done < total ? [`${durationText(((total - done) / rate) * 1_000)} left`] : [];
    return [
      label,
      '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled),
      `${amountText(done)}/${amountText(total)}`,
      ...rateText,
      ...left,
    ].join('  ');
  }

  /** Leaves an empty line for what follows; work that goes on is shown again below it. */
  clear(): void {
    if (this.#isShown) this.#stream.write('\r\u001b[2K');
    this.#isShown = false;
  }

  [Symbol.dispose](): void {
    this.clear();
    this.#tell();
  }

  #tell(): void {
    if (this.#untold !== undefined) this.#options.onProgress?.(this.#untold);
    this.#untold = undefined;
  }
}
