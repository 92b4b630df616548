import type { Command } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Session } from '../session.ts';
import { reportTrouble } from './report-trouble.ts';
import { START_HELP } from './start-help.ts';
import { parseStartOptions } from './start-options.ts';

/** `sluice start`: the same flags and help as `npm start`, which reads them itself. */
export function defineStart(command: Command, session: Session): void {
  // for `sluice help start`
  command.helpInformation = () => START_HELP;
  command
    .helpOption(false)
    .allowUnknownOption()
    .argument('[options]')
    .allowExcessArguments()
    .action(async () => {
      session.exitCode = (await start('sluice start', command.args, session.signal)) as ExitCode;
    });
}

/**
 * Runs the pipeline until it is told to stop.
 *
 * @param program what it is called in its errors: `npm start`
 * @returns the exit code: 0 stopped as asked, 1 could not start, 2 the command line is wrong
 */
export async function start(program: string, args: readonly string[], stop: AbortSignal): Promise<number> {
  return await reportTrouble(program, async () => {
    const options = parseStartOptions(args);
    if (options === undefined) {
      process.stdout.write(START_HELP);
      return 0;
    }
    // the runtime takes its time to load: help and a wrong command line need none
    const { runPipeline } = await import('./run-pipeline.ts');
    await runPipeline(options, stop);
    return 0;
  });
}
