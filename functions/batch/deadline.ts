/** The invocation's time ran out before the work was done: transient, the next receive may have more. */
export class OutOfTimeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OutOfTimeError';
  }
}

/**
 * The moment after which an invocation only tidies up: what has not begun is left to the next receive, what hangs is
 * abandoned, and the time kept in reserve goes to letters, backoff and the answer. Without it one slow record takes
 * the whole batch past the timeout, its finished neighbours included.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #remainingTimeMs: () => number;
  readonly #reserveMs: number;

  /** @param reserveMs kept for tidying up; never more than a quarter of what there is. */
  constructor(remainingTimeMs: () => number, reserveMs: number) {
    const availableMs = remainingTimeMs();
    this.#remainingTimeMs = remainingTimeMs;
    this.#reserveMs = Math.min(reserveMs, availableMs / 4);
    this.#timer = setTimeout(() => {
      this.#controller.abort(
        new OutOfTimeError('abandoned: it was not done when the time of the function ran out'),
      );
    }, availableMs - this.#reserveMs);
  }

  /** Aborts at the deadline, with an OutOfTimeError as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Asks the clock and not only the timer: work that never yields lets no timer fire. */
  get isPast(): boolean {
    return this.signal.aborted || this.#remainingTimeMs() <= this.#reserveMs;
  }

  /** The work's result, or an OutOfTimeError at the deadline; work that ignores the signal goes on unobserved. */
  async race<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.isPast) {
      throw new OutOfTimeError('not begun: too little of the time of the function was left');
    }
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const expire = (): void => reject(this.signal.reason);
    this.signal.addEventListener('abort', expire, { once: true });
    try {
      return await Promise.race([work(), expired]);
    } finally {
      this.signal.removeEventListener('abort', expire);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
