import type { SystemTrouble } from '../../shared/system-error.ts';

const TROUBLES: Readonly<Record<number, readonly [what: string, nextStep: string]>> = {
  5: ['another program holds the database', 'end that program'],
  8: ['the database can only be read', 'choose a folder that can be written'],
  10: ['the disk reports an error on the database', 'look at the disk: is it full, or going bad?'],
  13: ['no space is left on the disk for the database', 'make room on that disk, or choose another one'],
  14: ['the database cannot be opened', 'see that this user may write to its folder, and open more files'],
};

/** Words for an error of SQLite's that comes from the machine and not from us; `undefined` for any other error. */
export function sqliteTrouble(error: unknown): SystemTrouble | undefined {
  const { errcode, message } = error as Error & { errcode?: number };
  if (errcode === undefined) return undefined;
  // the upper bits say in which system call
  const known = TROUBLES[errcode & 0xff];
  return known === undefined ? undefined : { what: `${known[0]} (${message})`, nextStep: known[1] };
}
