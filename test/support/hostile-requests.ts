import { once } from 'node:events';
import { connect } from 'node:net';

/** Bytes for a port that nobody who means well would send. */
export interface HostileBytes {
  readonly what: string;
  readonly pieces: Iterable<Buffer | string>;
}

const MEGABYTE = 1_048_576;

function* times(count: number, piece: Buffer | string): Generator<Buffer | string> {
  for (let n = 0; n < count; n++) yield piece;
}

/** What no HTTP server has a good answer to. @param host of the server, `127.0.0.1:4566` */
export function hostileHeads(host: string): HostileBytes[] {
  const get = `GET / HTTP/1.1\r\nHost: ${host}\r\n`;
  const post = `POST / HTTP/1.1\r\nHost: ${host}\r\n`;
  return [
    { what: 'nothing at all', pieces: [] },
    { what: 'noise', pieces: times(16, Buffer.alloc(65_536, 0xa5)) },
    { what: 'zeros', pieces: times(16, Buffer.alloc(65_536)) },
    { what: 'the beginning of TLS', pieces: [Buffer.from('16030100f1010000ed0303', 'hex')] },
    { what: 'HTTP/2', pieces: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'] },
    { what: 'a path without end', pieces: ['GET /', ...times(32, 'a'.repeat(65_536))] },
    { what: 'a header without end', pieces: [get, 'x-a: ', ...times(32, 'a'.repeat(65_536))] },
    { what: 'headers without end', pieces: [get, ...times(100_000, 'x-a: b\r\n')] },
    { what: 'two lengths', pieces: [post, 'content-length: 1\r\ncontent-length: 2\r\n\r\nab'] },
    {
      what: 'a length and chunks',
      pieces: [
        post,
        'content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n',
      ],
    },
    { what: 'a length below nothing', pieces: [post, 'content-length: -1\r\n\r\n'] },
    {
      what: 'a length beyond all',
      pieces: [post, `content-length: ${'9'.repeat(30)}\r\n\r\n`, 'a'.repeat(99_999)],
    },
    { what: 'a chunk beyond all', pieces: [post, `transfer-encoding: chunked\r\n\r\n${'f'.repeat(30)}\r\n`] },
    { what: 'half a chunk', pieces: [post, 'transfer-encoding: chunked\r\n\r\n1000\r\nabc'] },
    { what: 'a header that goes on in the next line', pieces: [get, 'x-a: b\r\n c\r\n\r\n'] },
    { what: 'a NUL in a header', pieces: [get, 'x-a: b\0c\r\n\r\n'] },
    { what: 'a line that ends in a bare newline', pieces: [`GET / HTTP/1.1\nHost: ${host}\n\n`] },
    { what: 'no host', pieces: ['GET / HTTP/1.1\r\n\r\n'] },
    { what: 'two hosts', pieces: [get, 'host: evil.test\r\n\r\n'] },
    { what: 'a method that is none', pieces: [`EVIL / HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    { what: 'CONNECT', pieces: [`CONNECT evil.test:443 HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    {
      what: 'an upgrade',
      pieces: [get, 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n'],
    },
    { what: 'a whole address', pieces: [`GET http://evil.test/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    { what: 'a star', pieces: [`OPTIONS * HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    { what: 'a path that climbs', pieces: [`GET /../../etc/passwd HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    {
      what: 'a path that climbs, encoded',
      pieces: [`GET /%2e%2e/%2e%2e/etc/passwd%00 HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    },
    { what: 'half an escape', pieces: [`GET /%f HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    { what: 'a thousand at once', pieces: times(1_000, `${get}\r\n`) },
    {
      what: '64 MB of body',
      pieces: [post, `content-length: ${64 * MEGABYTE}\r\n\r\n`, ...times(64, 'a'.repeat(MEGABYTE))],
    },
  ];
}

/**
 * Sends bytes to a port, says that no more comes, and hears it out.
 *
 * @returns the status of the first answer; undefined when the connection was closed without one
 * @throws Error when the port has not closed the connection after `limitMs`
 */
export async function statusAfter(
  port: number,
  { what, pieces }: HostileBytes,
  limitMs = 60_000,
): Promise<number | undefined> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let answer = '';
  socket.on('data', (piece: Buffer) => {
    if (answer.length < 4_096) answer += piece.toString('latin1');
  });
  // a server that has heard enough resets the connection
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  socket.once('end', () => socket.destroySoon());
  const timer = setTimeout(() => socket.destroy(new Error('too late')), limitMs);
  let isLate = false;
  socket.once('error', (error) => (isLate = error.message === 'too late'));
  for (const piece of pieces) {
    if (socket.destroyed || socket.writableEnded) break;
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain').catch(() => {}), closed]);
  }
  socket.end();
  await closed;
  clearTimeout(timer);
  if (isLate) throw new Error(`${what}: port ${port} keeps the connection after ${limitMs} ms`);
  const status = /^HTTP\/1\.[01] (\d{3}) /.exec(answer)?.[1];
  return status === undefined ? undefined : Number(status);
}
