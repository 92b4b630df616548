import { spawn } from 'node:child_process';

/** What opens an address on each system; the address is one argument of it, and no shell sees it. */
const OPENERS: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  // `start` is a word of the shell; this asks the system for the same
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in this user's browser. @returns why it could not; undefined when it did */
export async function openBrowser(url: string, platform = process.platform): Promise<string | undefined> {
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  return await new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('exit', (code) => resolve(code === 0 ? undefined : `${command} ended with ${code}`));
    // a browser that it has started may be its child, and stays
    child.unref();
  });
}
