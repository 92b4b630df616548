import type { RuntimeDescription } from '../../shared/control-api.ts';
import { startCommand } from '../../shared/own-commands.ts';
import type { ConsoleServer } from '../console/console-server.ts';
import { pipelineIds } from './pipeline-ids.ts';

/** Where `npm start` serves the console: on which port, and whether at all. */
export interface ConsolePort {
  readonly port: number;
  /** Given by the user: then it is that one or none. */
  readonly isChosen: boolean;
}

/**
 * Serves the console of a pipeline that runs in this process, of the first one where a stack has several.
 *
 * @param print takes a line for the terminal
 * @returns nothing where the stack has no pipeline
 * @throws CliError where the chosen port is taken
 */
export async function consoleBeside(
  { dataDir, outputs }: RuntimeDescription,
  { port, isChosen }: ConsolePort,
  print: (line: string) => void,
): Promise<ConsoleServer | undefined> {
  const [id, ...others] = pipelineIds(outputs);
  if (id === undefined) return undefined;
  const { ConsoleServer } = await import('../console/console-server.ts');
  const { listenAt } = await import('../console/listen-at.ts');
  const server = new ConsoleServer({
    target: { target: 'local', dataDir, ...(others.length > 0 && id !== '' && { pipeline: id }) },
    readOnly: false,
    startCommand: startCommand(),
    onTrouble: print,
  });
  const note = await listenAt(server, port, { isChosen, flag: '--console-port' });
  if (note !== undefined) print(note);
  return server;
}
