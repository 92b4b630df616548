import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { AnswerLines } from '../../../cli/console/answer-lines.ts';
import { verbStreams } from '../../../cli/console/verb-streams.ts';
import { Terminal } from '../../../cli/terminal/terminal.ts';

const MB = 1024 * 1024;
const ITEM = 'x'.repeat(1_000);
const ITEMS = 100_000;

interface Document {
  readonly schemaVersion: 1;
  readonly verb: 'ls';
  readonly items: readonly string[];
  readonly isComplete: boolean;
}

describe('a list of a hundred megabytes', () => {
  test('comes no faster than a slow page reads it, however much progress is told meanwhile', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning);
    process.on('warning', onWarning);
    let madeBytes = 0;
    const server = createServer((_, response) => {
      const lines = new AnswerLines(response);
      const streams = verbStreams(lines.tell);
      async function* items() {
        for (let n = 0; n < ITEMS; n++) {
          madeBytes += ITEM.length;
          if (n % 1_000 === 0) streams.onProgress?.({ label: 'listing', done: n, total: ITEMS });
          yield ITEM;
        }
      }
      const { signal } = new AbortController();
      const terminal = new Terminal({ ...streams, json: true, yes: true, signal });
      void terminal
        .listDocument<Document, 'items', never>({ verb: 'ls' }, 'items', items(), () => ({}))
        .then(() => lines.end());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, method: 'POST' }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];

    let [readBytes, mostAhead] = [0, 0];
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      readBytes += chunk.length;
      // the server goes as far as it may before more is read
      for (let turns = 0; turns < 5; turns++) await turn();
      mostAhead = Math.max(mostAhead, madeBytes - readBytes);
    }
    server.close();
    process.off('warning', onWarning);

    expect(madeBytes).toBe(ITEMS * ITEM.length);
    expect(readBytes).toBeGreaterThan(madeBytes);
    // what the system's sockets hold on the way
    expect(mostAhead).toBeLessThan(16 * MB);
    expect(warnings).toEqual([]);
  }, 120_000);
});
