import type { IncomingMessage } from 'node:http';

/** How often one looks within the limit. */
const LOOKS = 6;

/**
 * Calls `onStalled` once when nothing more of a request's body has come for the limit, though somebody waits for it.
 * A body that comes slowly may take as long as it takes; one that the reader has not taken yet is not the client's fault.
 *
 * @param limitMs in real time, to a sixth
 */
export function watchBody(incoming: IncomingMessage, limitMs: number, onStalled: () => void): void {
  const { headers, socket } = incoming;
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return;
  let [seenBytes, quietLooks] = [socket.bytesRead, 0];
  const timer = setInterval(() => {
    if (incoming.complete || incoming.destroyed) {
      clearInterval(timer);
      return;
    }
    const isQuiet = socket.bytesRead === seenBytes && incoming.readableLength === 0;
    quietLooks = isQuiet ? quietLooks + 1 : 0;
    seenBytes = socket.bytesRead;
    if (quietLooks < LOOKS) return;
    clearInterval(timer);
    onStalled();
  }, limitMs / LOOKS);
  timer.unref();
}
