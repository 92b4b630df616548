import { explainKnownError } from '../pipeline/aws-error.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { plural } from '../terminal/units.ts';

/**
 * The error of work on letters that something stopped: what did, with its own exit code when nothing was done before, else
 * partly done, with how many letters were.
 */
export function brokenOff(
  error: Error,
  { deployment }: Pipeline,
  { done, nextStep }: { readonly done: number; readonly nextStep: string },
): unknown {
  const cause = explainKnownError(error, deployment);
  if (done === 0 || !(cause instanceof Error)) return cause;
  return new CliError(`broken off after ${plural(done, 'letter')}: ${cause.message}`, {
    exitCode: EXIT.partlyDone,
    nextStep,
    cause,
  });
}
