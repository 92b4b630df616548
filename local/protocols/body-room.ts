/** Small bodies are not counted: a thousand of them are less than what the rest may take. */
const SMALL_BYTES = 256 * 1_024;

/** Room in memory for bodies that are read whole. Who finds none waits for its turn, its body unread. */
export class BodyRoom {
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];
  #freeBytes: number;

  /** @param bytes at least those of the largest body */
  constructor(bytes: number) {
    this.#freeBytes = bytes;
  }

  /** Resolves when there is room for so many bytes, in the order of asking; they are given back when it is disposed of. */
  async take(bytes: number): Promise<Disposable> {
    if (bytes <= SMALL_BYTES) return { [Symbol.dispose]: () => {} };
    await new Promise<void>((enter) => {
      this.#waiting.push({ bytes, enter });
      this.#letIn();
    });
    return {
      [Symbol.dispose]: () => {
        this.#freeBytes += bytes;
        this.#letIn();
      },
    };
  }

  #letIn(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.bytes <= this.#freeBytes;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#freeBytes -= next.bytes;
      next.enter();
    }
  }
}
