import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

const IMAGE_BYTES = 32 * 1_024 ** 2;

/**
 * A small disk in a file. What a program writes to it lies in the memory of the kernel, and reaches the file when the program
 * syncs it: so a copy of the file is what a cut of the power would leave at that moment. The kernel writes by itself only after
 * many seconds (`commit`, and 30 s for data).
 */
export class Ext4Disk implements Disposable {
  /** Where it is mounted. */
  readonly path: string;
  readonly #image: string;

  private constructor(image: string) {
    this.#image = image;
    this.path = join(temporaryFolder('disk'), 'mounted');
    mkdirSync(this.path);
    run('mount', '-o', 'loop,commit=300', image, this.path);
  }

  /** @throws Error where this user may mount no disk, or the machine cannot make one */
  static make(): Ext4Disk {
    const image = join(temporaryFolder('disk'), 'image');
    writeFileSync(image, '');
    truncateSync(image, IMAGE_BYTES);
    run('mkfs.ext4', '-q', '-F', image);
    return new Ext4Disk(image);
  }

  /** The disk as it would be found if the power were cut now; this one goes on. */
  afterPowerCut(): Ext4Disk {
    const image = join(temporaryFolder('disk'), 'image');
    // most of it is empty
    run('cp', '--sparse=always', this.#image, image);
    return new Ext4Disk(image);
  }

  [Symbol.dispose](): void {
    run('umount', '-l', this.path);
  }
}

const run = (program: string, ...args: readonly string[]): void =>
  void execFileSync(program, args, { stdio: 'pipe' });
