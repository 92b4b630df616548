import { CliError } from '../cli-error.ts';
import type { ConsoleServer } from './console-server.ts';

/**
 * Lets a console listen. A port that nobody has chosen may be another one.
 *
 * @param flag by which a user chooses the port
 * @returns a line that says so, where it has become another one
 * @throws CliError where a chosen port is taken
 */
export async function listenAt(
  server: ConsoleServer,
  port: number,
  { isChosen, flag }: { readonly isChosen: boolean; readonly flag: string },
): Promise<string | undefined> {
  try {
    await server.listen(port);
    return undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    if (isChosen) {
      throw new CliError(`port ${port} is taken by another program`, {
        nextStep: `stop that one, or choose another port with ${flag} (0 takes a free one)`,
        cause,
      });
    }
  }
  await server.listen(0);
  return `port ${port} is taken by another program: the console has a free one`;
}
