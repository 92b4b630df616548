/** Lets requests through, or holds them up while something is done that none may be in the middle of. */
export class RequestGate {
  readonly #inHand = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  /** Does it as soon as the gate is open. @throws what it throws */
  async pass<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    while (this.#closed !== undefined) await this.#closed;
    const answer = request();
    this.#inHand.add(answer);
    try {
      return await answer;
    } finally {
      this.#inHand.delete(answer);
    }
  }

  /** Does it when all requests in hand are answered, while those that come wait. One at a time. @throws what it throws */
  async close<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#closed !== undefined) await this.#closed;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    try {
      await Promise.allSettled(this.#inHand);
      return await work();
    } finally {
      this.#closed = undefined;
      resolve();
    }
  }
}
