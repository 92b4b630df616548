import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** What a lockfile says of one package. */
export interface LockedPackage {
  /** Where it is, or would be, installed: `node_modules/@img/sharp-linux-arm64` */
  readonly path: string;
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** The `package-lock.json` of a project, which names the packages of other platforms too. */
export class Lockfile {
  readonly #folder: string;
  readonly #packages: Readonly<Record<string, Omit<LockedPackage, 'path'>>>;

  private constructor(folder: string, packages: Readonly<Record<string, Omit<LockedPackage, 'path'>>>) {
    this.#folder = folder;
    this.#packages = packages;
  }

  /** The one of the folder, or of the nearest folder above that has one: a workspace has its root's. */
  static nearest(projectDir: string): Lockfile | undefined {
    for (let folder = resolve(projectDir); ; folder = dirname(folder)) {
      const text = textOf(join(folder, 'package-lock.json'));
      if (text !== undefined) {
        const { packages = {} } = JSON.parse(text) as { packages?: Record<string, LockedPackage> };
        return new Lockfile(folder, packages);
      }
      if (folder === dirname(folder)) return undefined;
    }
  }

  /** The path of an installed package, as the lockfile writes it. */
  pathOf(installed: string): string {
    return relative(this.#folder, installed).replaceAll(sep, '/');
  }

  /** The package `name` as the one at `path` finds it. */
  find(name: string, path: string): LockedPackage | undefined {
    for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))) {
      const at = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
      const found = this.#packages[at];
      if (found !== undefined) return { ...found, path: at };
      if (from === '') return undefined;
    }
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
