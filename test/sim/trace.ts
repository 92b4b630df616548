import { createHash, type Hash } from 'node:crypto';

/** The digest of all that happened, in its order. Names that are drawn at random, such as message ids, stay out of it. */
export class Trace {
  readonly #hash: Hash = createHash('sha256');
  #waiting = '';
  /** Steps so far. */
  steps = 0;

  add(line: string): void {
    this.steps++;
    this.#waiting += `${line}\n`;
    if (this.#waiting.length > 16_384) this.#write();
  }

  /** @returns 16 hexadecimal digits; ends the trace */
  digest(): string {
    this.#write();
    return this.#hash.digest('hex').slice(0, 16);
  }

  #write(): void {
    this.#hash.update(this.#waiting);
    this.#waiting = '';
  }
}
