import { cpSync, existsSync, globSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { moduleClosure, type PlacedPackage } from './module-closure.ts';

/** What Lambda takes of a function, unzipped. */
const MOST_BYTES = 250 * 1024 * 1024;

/**
 * Puts npm packages beside a bundle, in `<outDir>/node_modules`: those that cannot be bundled, since they load a binary or a file
 * beside them. They come from the project's node_modules as they are, with all that they need; beside the binaries of this machine
 * are those of Lambda's, so that what is deployed is what runs here.
 *
 * @throws Error naming the package and what to do
 */
export function placeModules(modules: readonly string[], projectDir: string, outDir: string): void {
  const packages = moduleClosure(modules, projectDir);
  for (const each of packages) {
    refuseBuiltHere(each);
    const nested = join(each.from, 'node_modules');
    cpSync(each.from, join(outDir, each.to), {
      recursive: true,
      dereference: true,
      filter: (source) => source !== nested,
    });
  }
  const sizes = packages.map(({ name, to }) => ({ name, bytes: bytesIn(join(outDir, to)) }));
  const bytes = bytesIn(outDir);
  if (bytes <= MOST_BYTES) return;
  const [largest] = sizes.toSorted((one, other) => other.bytes - one.bytes);
  throw new Error(
    `the function would have ${megabytes(bytes)} unzipped, of which ${largest!.name} has ${megabytes(largest!.bytes)}; Lambda takes 250 MB: use a smaller package, or do this work behind another target (target: 'queue')`,
  );
}

/** What a package's install script compiled, or fetched, is for this machine alone. */
function refuseBuiltHere({ name, from }: PlacedPackage): void {
  if (process.platform === 'linux' && process.arch === 'arm64') return;
  const built = join(from, 'build/Release');
  const [binary] = existsSync(built) ? globSync('*.node', { cwd: built }) : [];
  if (binary !== undefined) {
    throw new Error(
      `${name} has a binary that was made for this machine when it was installed (${relative(from, join(built, binary))}), and none for Lambda (linux arm64); use a package that ships one for each platform, or synthesize on linux arm64`,
    );
  }
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MB`;
