import { systemTrouble, type SystemTrouble } from '../../shared/system-error.ts';
import { sqliteTrouble } from '../storage/sqlite-trouble.ts';

/** Words for what the machine, and not the program, has done to a request; `undefined` for any other error. */
export const machineTrouble = (error: unknown): SystemTrouble | undefined =>
  systemTrouble(error) ?? sqliteTrouble(error);

/** What a client is told of an error that is not AWS's: `no space is left on the disk (ENOSPC: write); make room …`. */
export function internalMessage(error: unknown): string {
  const trouble = machineTrouble(error);
  if (trouble !== undefined) return `${trouble.what}; ${trouble.nextStep}`;
  return error instanceof Error ? error.message : String(error);
}
