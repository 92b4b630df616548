/** What means this machine: `127.0.0.1`, and the names that lead there wherever they are looked up. */
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost|[a-z0-9.-]+\.localhost)$/;

/** @param hostname in lower case, without a port */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}
