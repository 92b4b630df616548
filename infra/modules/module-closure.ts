import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lambdaPackage, suitsLambda } from './lambda-package.ts';
import { Lockfile } from './lockfile.ts';

/** A package, and where in the asset it is to be. */
export interface PlacedPackage {
  readonly name: string;
  /** Its folder here. */
  readonly from: string;
  /** `node_modules/sharp` */
  readonly to: string;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package that is placed, and what it was found by. */
interface Found extends PlacedPackage {
  /** As the lockfile has it. */
  readonly path: string;
}

/**
 * The packages of these names and all that they need: those that are installed, and those for Lambda's platform among their
 * optional dependencies.
 *
 * @throws Error naming a package that is not installed, or could not be fetched, and what to do
 */
export function moduleClosure(modules: readonly string[], projectDir: string): readonly PlacedPackage[] {
  return new Closure(projectDir).of(modules);
}

class Closure {
  readonly #projectDir: string;
  readonly #lockfile: Lockfile | undefined;
  readonly #placed = new Map<string, Found>();

  constructor(projectDir: string) {
    this.#projectDir = projectDir;
    this.#lockfile = Lockfile.nearest(projectDir);
  }

  of(modules: readonly string[]): readonly PlacedPackage[] {
    const project = { name: 'the project', from: this.#projectDir, to: '', path: '' };
    const named = modules.map((name) => {
      const found = this.#installed(name, project);
      if (found === undefined) throw new Error(`${name} is not installed; npm install ${name}`);
      return this.#place(name, found, project);
    });
    // one level after the other: a package that is nested must not hide what another was placed by
    for (let level = named; level.length > 0;) level = level.flatMap((found) => this.#neededBy(found));
    return [...this.#placed.values()];
  }

  /** What the package needs and was not placed before. */
  #neededBy(parent: Found): Found[] {
    const manifest = JSON.parse(readFileSync(join(parent.from, 'package.json'), 'utf8')) as Manifest;
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifest;
    const optional = new Set(Object.keys(optionalDependencies));
    const peers = Object.keys(peerDependencies).filter(
      (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
    );
    const needed = new Set([...Object.keys(dependencies), ...optional, ...peers]);
    const before = new Set(this.#placed.keys());
    const found = [...needed].flatMap((name) => {
      const one =
        this.#installed(name, parent) ?? (optional.has(name) ? this.#forLambda(name, parent) : undefined);
      if (one !== undefined) return [this.#place(name, one, parent)];
      if (name in dependencies && !optional.has(name)) {
        throw new Error(`${parent.name} needs ${name}, which is not installed; run npm ci`);
      }
      return [];
    });
    return found.filter(({ to }) => !before.has(to));
  }

  /** As Node would find it from the parent's folder. */
  #installed(name: string, parent: Found): Pick<Found, 'from' | 'path'> | undefined {
    for (let folder = parent.from; ; folder = dirname(folder)) {
      const found = join(folder, 'node_modules', name);
      if (existsSync(join(found, 'package.json'))) {
        return { from: realpathSync(found), path: this.#lockfile?.pathOf(found) ?? '' };
      }
      if (folder === dirname(folder)) return undefined;
    }
  }

  #forLambda(name: string, parent: Found): Pick<Found, 'from' | 'path'> | undefined {
    if (this.#lockfile === undefined) {
      throw new Error(
        `${parent.name} has packages for other platforms, and which of them are Lambda’s stands in package-lock.json, which is not there; install with npm`,
      );
    }
    const locked = this.#lockfile.find(name, parent.path);
    if (locked === undefined || !suitsLambda(locked)) return undefined;
    return { from: lambdaPackage(name, locked, this.#projectDir), path: locked.path };
  }

  /** At the top, unless another version is seen from the parent's place; then with the parent. */
  #place(name: string, { from, path }: Pick<Found, 'from' | 'path'>, parent: Found): Found {
    const seen = this.#seenFrom(name, parent.to);
    if (seen?.from === from) return seen;
    const to = `${seen === undefined || parent.to === '' ? '' : `${parent.to}/`}node_modules/${name}`;
    const placed = { name, from, to, path };
    this.#placed.set(to, placed);
    return placed;
  }

  #seenFrom(name: string, place: string): Found | undefined {
    for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const found = this.#placed.get(`${at === '' ? '' : `${at}/`}node_modules/${name}`);
      if (found !== undefined || at === '') return found;
    }
  }
}
