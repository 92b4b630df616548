import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** A file system of its own, in memory. */
export interface SmallDisk extends Disposable {
  readonly path: string;
  /** Leaves no room for a byte more. */
  fill(): void;
  /** Takes back what filled it. */
  makeRoom(): void;
}

/** @param options of the mount: `size=200m`, `ro` @returns `undefined` where this user may mount none */
export function smallDisk(options: string): SmallDisk | undefined {
  const path = temporaryFolder('disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => fillUp(filler),
    makeRoom: () => rmSync(filler, { force: true }),
    [Symbol.dispose]: () => void execFileSync('umount', ['-l', path]),
  };
}

function fillUp(file: string): void {
  const fd = openSync(file, 'w');
  for (const bytes of [1_048_576, 4_096, 1]) {
    try {
      for (;;) writeSync(fd, Buffer.alloc(bytes));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(fd);
}
