import { terminalJson } from '../../shared/terminal-text.ts';
import { MissingAssemblyError } from '../../local/assembly.ts';
import { NotADataFolderError } from '../../local/storage/data-folder.ts';
import { TableStoreError } from '../../local/dynamodb/dynalite-process.ts';
import { TableMismatchError } from '../../local/dynamodb/table-provision.ts';
import { machineTrouble } from '../../local/protocols/internal-error.ts';
import { HandlerLoadError } from '../../local/lambda/lambda-function.ts';
import { RestartNeededError } from '../../local/plan-changes.ts';
import { WatchError } from './watched-sources.ts';
import { PortTakenError } from '../../local/port-taken-error.ts';
import { NoSocketFolderError } from '../../local/storage/socket-folder.ts';
import { UsageError } from './start-options.ts';
import { DamagedDatabaseError, DataFolderInUseError, DataFolderVersionError } from '../../local/store.ts';
import { SynthError } from './synth.ts';
import { UnsupportedFeatureError } from '../../local/unsupported-feature-error.ts';

/** Errors whose message is all that the user needs: what was wrong, and what to do. */
const SPEAKING_ERRORS = [
  DamagedDatabaseError,
  DataFolderInUseError,
  DataFolderVersionError,
  HandlerLoadError,
  MissingAssemblyError,
  NoSocketFolderError,
  NotADataFolderError,
  PortTakenError,
  RestartNeededError,
  SynthError,
  TableMismatchError,
  TableStoreError,
  UnsupportedFeatureError,
  WatchError,
];

/**
 * Runs a program to its exit code. Whatever a user or the machine can cause ends in one sentence with the next step;
 * only a mistake of the program's own shows its stack.
 *
 * @param program `npm start`
 * @param main resolves with the exit code
 */
export function reportTrouble(program: string, main: () => Promise<number>): void {
  const report = (error: unknown): number => {
    const lines = troubleText(error, program).split('\n').map(terminalJson);
    process.stderr.write(`${program}: ${lines.join('\n')}\n`);
    return error instanceof UsageError ? 2 : 1;
  };
  // a reader that has seen enough (`npm start -- --help | head -1`) is no failure, and no reason to stop
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(report(error));
  });
  // where the lines of a run cannot be written, the run goes on without them
  process.stderr.on('error', () => {});
  // the functions and the table store notice that the runtime is gone, and end too
  process.on('uncaughtException', (error) => process.exit(report(error)));
  void main()
    .catch(report)
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}

/** An error in the words of whoever runs the program: what was wrong, and what to do. */
export function troubleText(error: unknown, program: string): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError) return `${error.message}; see ${program} -- --help`;
  if (SPEAKING_ERRORS.some((kind) => error instanceof kind)) return error.message;
  const trouble = machineTrouble(error);
  return trouble === undefined ? (error.stack ?? error.message) : `${trouble.what}; ${trouble.nextStep}`;
}
