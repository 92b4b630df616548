import { EXIT, type ExitCode } from './exit-code.ts';

export interface CliErrorOptions {
  /** @default 1, failed */
  readonly exitCode?: ExitCode;
  /** What the operator can do now; printed on a line of its own. */
  readonly nextStep?: string;
  readonly cause?: unknown;
}

/** A failure that needs no stack trace: the message says what was wrong, with the value. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly nextStep: string | undefined;

  constructor(message: string, { exitCode = EXIT.failed, nextStep, cause }: CliErrorOptions = {}) {
    super(message, { cause });
    this.exitCode = exitCode;
    this.nextStep = nextStep;
  }
}

/** The command line cannot be meant as it stands: exit code 2. */
export const usageError = (message: string, nextStep?: string): CliError =>
  new CliError(message, { exitCode: EXIT.usage, ...(nextStep !== undefined && { nextStep }) });

/** Nothing was there to act on: exit code 3. */
export const nothingMatched = (message: string, nextStep?: string): CliError =>
  new CliError(message, { exitCode: EXIT.nothingMatched, ...(nextStep !== undefined && { nextStep }) });
