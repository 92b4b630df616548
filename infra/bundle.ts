import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type OutputFile } from 'esbuild';

/** Dependencies written as CommonJS call `require` for Node's own modules; an ES module has none. The alias cannot clash with theirs. */
const REQUIRE_BANNER =
  "import { createRequire as bundleRequire } from 'node:module';\nconst require = bundleRequire(import.meta.url);";

/**
 * Bundles `functions/<name>/handler.ts` of each name into `<outDir>/<name>/index.mjs`, SDK included, with a source map.
 * In this process: a bundler per function, as `NodejsFunction` spawns, costs half a second each.
 * The bytes depend on the sources and the lockfile alone, not on where the project or `outDir` lies. Called again in the same
 * process it builds only what has changed since.
 *
 * @returns name → folder to deploy
 * @throws Error naming the consumer whose handler is missing; esbuild's own for sources that do not build
 */
export async function bundleFunctions(
  projectDir: string,
  names: readonly string[],
  outDir: string,
): Promise<ReadonlyMap<string, string>> {
  const folders = new Map<string, string>();
  // one after another is as quick as all at once: esbuild spreads each over the cores
  for (const name of names) folders.set(name, await bundleFunction(projectDir, name, join(outDir, name)));
  return folders;
}

async function bundleFunction(projectDir: string, name: string, outDir: string): Promise<string> {
  const entry = join(projectDir, 'functions', name, 'handler.ts');
  if (!existsSync(entry)) {
    throw new Error(
      `consumer ${name}: functions/${name}/handler.ts does not exist; write it, or take the consumer out of infra/consumers.ts`,
    );
  }
  const last = made.get(entry);
  const files = last !== undefined && isUnchanged(last.inputs) ? last.files : await built(projectDir, entry);
  await mkdir(outDir, { recursive: true });
  for (const { path, contents } of files) await writeFile(join(outDir, basename(path)), contents);
  return outDir;
}

/** A bundle of this process, and each file that it was made from: path → what tells that it was changed. */
interface Made {
  readonly inputs: ReadonlyMap<string, string>;
  readonly files: readonly OutputFile[];
}

/** By entry. A process that synthesizes again and again, for `npm start -- --watch`, builds only what has changed. */
const made = new Map<string, Made>();

const isUnchanged = (inputs: Made['inputs']): boolean =>
  inputs.entries().every(([path, state]) => stateOf(path) === state);

function stateOf(path: string): string {
  const { ino, size, ctimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${ino} ${size} ${ctimeMs}`;
}

async function built(projectDir: string, entry: string): Promise<readonly OutputFile[]> {
  const begunMs = Date.now();
  const { outputFiles, metafile } = await build({
    absWorkingDir: projectDir,
    entryPoints: [entry],
    // nothing is written there: it only makes the source map name its sources from the project's folder
    outdir: projectDir,
    entryNames: 'index',
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    // error names are read by operators, and in dead letters
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    // from cdk.out/asset.…: a debugger and a stack trace name the files of the checkout
    sourceRoot: '../../',
    legalComments: 'none',
    banner: { js: REQUIRE_BANNER },
    logLevel: 'warning',
    metafile: true,
  });
  const paths = Object.keys(metafile.inputs).map((path) => join(projectDir, path));
  const inputs = new Map(paths.map((path) => [path, stateOf(path)]));
  // what was saved meanwhile may have been read before or after; a file system's clock ticks in milliseconds
  const isSure = paths.every(
    (path) => (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? begunMs) < begunMs - 10,
  );
  if (isSure) made.set(entry, { inputs, files: outputFiles });
  else made.delete(entry);
  return outputFiles;
}
