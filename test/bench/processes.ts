import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second, as Linux tells user space. */
const TICKS_PER_SECOND = 100;
const KILOBYTE = 1_024;

/** What a process has used so far. */
export interface Usage {
  readonly pid: number;
  readonly name: string;
  /** User and system time, in milliseconds. */
  readonly cpuMs: number;
  readonly peakBytes: number;
}

/** A process and all that it has started, from /proc. */
export function usageOfTree(rootPid: number): Usage[] {
  const parents = new Map<number, number>();
  const usages = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      parents.set(pid, Number(fields[1]));
      usages.set(pid, {
        pid,
        name: nameOf(pid),
        cpuMs: ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND,
        peakBytes: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * KILOBYTE,
      });
    } catch {
      // gone between the listing and the look
    }
  }
  const isOfTree = (pid: number): boolean => {
    const parent = parents.get(pid);
    return pid === rootPid || (parent !== undefined && parent > 1 && isOfTree(parent));
  };
  return [...usages.values()].filter(({ pid }) => isOfTree(pid));
}

/** `runtime`, `dynalite`, or the function that a process runs. */
function nameOf(pid: number): string {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  if (command.includes('dynalite')) return 'dynalite';
  const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  return (
    variables.find((variable) => variable.startsWith('CONSUMER_NAME='))?.slice('CONSUMER_NAME='.length) ??
    'runtime'
  );
}
