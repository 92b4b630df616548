import type { ServerResponse } from 'node:http';
import type { AnswerLine } from './verb-streams.ts';

/** The lines of one answer on their way to a page. Once the page is gone they go nowhere. */
export class AnswerLines {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    // a verb may take its time before it says anything
    response.flushHeaders();
  }

  /** @returns resolves when the page has taken enough for more */
  readonly tell = async (line: AnswerLine): Promise<void> => {
    const response = this.#response;
    if (response.destroyed || response.write(`${JSON.stringify(line)}\n`)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        response.off('drain', done);
        response.off('close', done);
        resolve();
      };
      response.on('drain', done);
      response.on('close', done);
    });
  };
}
