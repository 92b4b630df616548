import { once } from 'node:events';
import { connect } from 'node:net';

/** Connections that stay open, each in the middle of what it says. */
interface OpenConnections extends AsyncDisposable {
  /** How many the server has not closed. */
  readonly count: number;
}

/** @param said by each of them */
export async function openConnections(port: number, count: number, said: string): Promise<OpenConnections> {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume();
      await once(socket, 'connect');
      socket.write(said);
      return socket;
    }),
  );
  return {
    get count() {
      return sockets.filter(({ destroyed }) => !destroyed).length;
    },
    async [Symbol.asyncDispose]() {
      const open = sockets.filter(({ destroyed }) => !destroyed);
      await Promise.all(
        open.map(async (socket) => {
          const closed = once(socket, 'close');
          socket.destroy();
          await closed;
        }),
      );
    },
  };
}
