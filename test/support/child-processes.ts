import { readdirSync, readFileSync } from 'node:fs';

/** What a runtime's children are, by what their command lines name. */
const PROGRAMS = { 'table store': 'dynalite-child.mjs', function: 'bootstrap.mjs' } as const;

/** @returns ids of the processes that a runtime has started and that live, from Linux's /proc */
export function childProcesses(parentPid: number, program: keyof typeof PROGRAMS): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        // behind the name, which may hold anything, come the state and the parent
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return (
          Number(parent) === parentPid &&
          state !== 'Z' &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(PROGRAMS[program])
        );
      } catch {
        // gone between the listing and the look
        return false;
      }
    });
}
