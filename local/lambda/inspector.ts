import { createServer, type AddressInfo } from 'node:net';
import { PortTakenError } from '../port-taken-error.ts';

/** One function whose process a debugger may attach to. */
export interface Inspection {
  readonly functionName: string;
  /** A loopback port: the same for each process of the function, so that a debugger can attach again. */
  readonly port: number;
  /** Called for each process of the function, with what a debugger connects to: `ws://127.0.0.1:9229/UUID`. */
  readonly onListening: (url: string) => void;
}

/** As long as SQS hides a message at most: half a day at a breakpoint. */
export const INSPECTED_TIMEOUT_MS = 43_200_000;

/** What Node is started with. On loopback only: whoever reaches an inspector runs code as this user. */
export const inspectorFlags = (port: number | undefined): readonly string[] =>
  port === undefined ? [] : [`--inspect=127.0.0.1:${port}`];

/** @returns the URL, if this is the line that Node prints once its inspector listens */
export const inspectorUrl = (line: string): string | undefined =>
  /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];

/**
 * Makes sure that an inspector can listen there; a function's process could only end if it cannot.
 *
 * @param port 0 takes a free one
 * @returns the port
 * @throws PortTakenError
 */
export async function reserveInspectorPort(port: number): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return (server.address() as AddressInfo).port;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new PortTakenError("the inspector's port", port, '--inspect-port', cause as Error);
  } finally {
    server.close();
  }
}
