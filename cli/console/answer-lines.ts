import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import type { AnswerLine } from './verb-streams.ts';

/** The lines of one answer on their way to a page. Once the page is gone they go nowhere. */
export class AnswerLines {
  readonly #response: ServerResponse;
  readonly #mayBegin: Promise<unknown>;
  #taken: Promise<void> | undefined;

  /** @param mayBegin before that nothing is sent: a browser that still sends is not ready for an answer */
  constructor(response: ServerResponse, mayBegin: Promise<unknown> = Promise.resolve()) {
    this.#response = response;
    this.#mayBegin = mayBegin.then(() => {
      if (response.destroyed) return;
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
      // a verb may take its time before it says anything
      response.flushHeaders();
    });
  }

  /** @returns resolves when the page has taken enough for more */
  readonly tell = async (line: AnswerLine): Promise<void> => {
    await this.#mayBegin;
    const response = this.#response;
    if (response.destroyed || response.write(`${JSON.stringify(line)}\n`)) return;
    // many lines may wait for the same
    this.#taken ??= this.#drained().finally(() => {
      this.#taken = undefined;
    });
    await this.#taken;
  };

  #drained(): Promise<void> {
    const response = this.#response;
    return new Promise((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
  }

  /** @returns resolves when the page has the last line, or is gone */
  async end(): Promise<void> {
    this.#response.end();
    await finished(this.#response).catch(() => {});
  }
}
