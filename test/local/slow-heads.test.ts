import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gateway, type Service } from '../../local/gateway.ts';
import { waitFor } from '../support/wait-for.ts';

const TIMEOUT_MS = 300;
const STALLED_MS = 3_000;
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=key/20261120/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

let cutOff = 0;

/** Answers with how many bytes came, and notes a body that ended early. */
const counting: Service = {
  handle: async ({ incoming, response }) => {
    let bytes = 0;
    try {
      for await (const piece of incoming as AsyncIterable<Buffer>) bytes += piece.length;
    } catch {
      cutOff++;
      return;
    }
    response.end(String(bytes));
  },
};

let gateway: Gateway;
let port: number;
beforeAll(async () => {
  gateway = new Gateway({ headersTimeoutMs: TIMEOUT_MS, stalledBodyMs: STALLED_MS });
  gateway.serve({
    targets: {},
    services: { s3: counting },
    principalOf: () => ({ kind: 'operator' }),
  });
  port = await gateway.listen(0);
});
afterAll(() => gateway?.close());

async function opened(): Promise<{ socket: Socket; heard: () => string; isClosed: () => boolean }> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (piece: Buffer) => (text += piece.toString()));
  socket.on('error', () => {});
  await once(socket, 'connect');
  return { socket, heard: () => text, isClosed: () => socket.closed };
}

describe('a connection', () => {
  test.each([
    ['that says nothing', ''],
    ['that stops in its head', `PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1`],
  ])('%s is closed after the limit', async (_, start) => {
    const { socket, isClosed } = await opened();
    if (start !== '') socket.write(start);

    await waitFor(isClosed, 'the connection to be closed', 30_000);

    expect(isClosed()).toBe(true);
  });

  test('whose head comes a letter at a time, for ever, is closed too', async () => {
    const { socket, isClosed, heard } = await opened();
    socket.write('GET /b/k HTTP/1.1\r\n');
    const drip = setInterval(() => socket.write('X-A: b\r\n'), 20);

    await waitFor(isClosed, 'the connection to be closed', 30_000);
    clearInterval(drip);

    expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('whose upload goes on for many times the limit is left alone', async () => {
    const { socket, heard } = await opened();
    const pieces = 10;
    socket.write(
      `PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Length: ${pieces}\r\n\r\n`,
    );
    const startedAt = performance.now();
    for (let sent = 0; sent < pieces; sent++) {
      const due = startedAt + ((sent + 1) * TIMEOUT_MS) / 2;
      await waitFor(() => performance.now() > due, 'the next piece to be due');
      socket.write('x');
    }

    await waitFor(() => heard().endsWith('10\r\n0\r\n\r\n') || heard().endsWith('10'), 'the answer');
    expect(heard()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test('whose body stops coming is told so, and closed', async () => {
    const { socket, isClosed, heard } = await opened();
    socket.write(
      `PUT /b/k HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Length: 10\r\n\r\n12345`,
    );

    await waitFor(isClosed, 'the connection to be closed', 30_000);

    expect(heard()).toMatch(/^HTTP\/1\.1 400 /);
    expect(heard()).toContain('<Code>RequestTimeout</Code>');
    await waitFor(() => cutOff === 1, 'the reader to hear of it');
  });
});
