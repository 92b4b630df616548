import { terminalJson } from '../../shared/terminal-text.ts';
import { strayText, verbAtFault } from '../console/stray-errors.ts';
import { UsageError } from './start-options.ts';

/**
 * Runs a program to its exit code. Whatever a user or the machine can cause ends in one sentence with the next step;
 * only a mistake of the program's own shows its stack.
 *
 * @param program `npm start`
 * @param main resolves with the exit code
 */
export async function reportTrouble(program: string, main: () => Promise<number>): Promise<number> {
  const report = async (error: unknown): Promise<number> => {
    const lines = (await textOf(error, program)).split('\n').map(terminalJson);
    process.stderr.write(`${program}: ${lines.join('\n')}\n`);
    return error instanceof UsageError ? 2 : 1;
  };
  const end = (error: unknown): void => {
    const verb = verbAtFault();
    if (verb === undefined) void report(error).then((exitCode) => process.exit(exitCode));
    else process.stderr.write(`${strayText(verb, error)}\n`);
  };
  // a reader that has seen enough (`npm start -- --help | head -1`) is no failure, and no reason to stop
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') end(error);
  });
  // where the lines of a run cannot be written, the run goes on without them
  process.stderr.on('error', () => {});
  // the functions and the table store notice that the runtime is gone, and end too
  process.on('uncaughtException', end);
  try {
    return await main();
  } catch (error) {
    return await report(error);
  }
}

async function textOf(error: unknown, program: string): Promise<string> {
  if (error instanceof UsageError) {
    return `${error.message}; see ${program}${program.startsWith('npm ') ? ' --' : ''} --help`;
  }
  // it knows the errors of the runtime, which has loaded it where it runs
  const { troubleText } = await import('./trouble-text.ts');
  return troubleText(error);
}
