import { CdkJsonError } from '../cdk-json.ts';
import { CliError } from '../cli-error.ts';
import { MissingAssemblyError, StackChoiceError } from '../../local/assembly/cloud-assembly.ts';
import { NotADataFolderError } from '../../local/storage/data-folder.ts';
import { TableStoreError } from '../../local/dynamodb/dynalite-process.ts';
import { TableMismatchError } from '../../local/dynamodb/table-provision.ts';
import { machineTrouble } from '../../local/protocols/internal-error.ts';
import { HandlerLoadError } from '../../local/lambda/lambda-function.ts';
import { RestartNeededError } from '../../local/plan-changes.ts';
import { WatchError } from './watched-sources.ts';
import { PortTakenError } from '../../local/port-taken-error.ts';
import { NoSocketFolderError } from '../../local/storage/socket-folder.ts';
import { DamagedDatabaseError, DataFolderInUseError, DataFolderVersionError } from '../../local/store.ts';
import { SynthError } from './synth.ts';
import { UnsupportedFeatureError } from '../../local/unsupported-feature-error.ts';

/** Errors whose message is all that the user needs: what was wrong, and what to do. */
const SPEAKING_ERRORS = [
  CdkJsonError,
  DamagedDatabaseError,
  DataFolderInUseError,
  DataFolderVersionError,
  HandlerLoadError,
  MissingAssemblyError,
  StackChoiceError,
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

/** An error in the words of whoever runs the program: what was wrong, and what to do. */
export function troubleText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CliError) {
    return error.nextStep === undefined ? error.message : `${error.message}; ${error.nextStep}`;
  }
  if (SPEAKING_ERRORS.some((kind) => error instanceof kind)) return error.message;
  const trouble = machineTrouble(error);
  return trouble === undefined ? (error.stack ?? error.message) : `${trouble.what}; ${trouble.nextStep}`;
}
