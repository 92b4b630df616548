import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import type * as Esbuild from 'esbuild';
import type { ConsumerDefinition } from './consumer-definition.ts';
import { placeModules } from './modules/place-modules.ts';

/** Dependencies written as CommonJS call `require` for Node's own modules; an ES module has none. The alias cannot clash with theirs. */
const REQUIRE_BANNER =
  "import { createRequire as bundleRequire } from 'node:module';\nconst require = bundleRequire(import.meta.url);";

/** See there. */
const NODE_HTTP = join(import.meta.dirname, 'node-http.cjs');

/** What a handler may be written in, where its path leaves the ending out: TypeScript in a checkout, JavaScript in a package. */
const ENDINGS = ['.ts', '.mts', '.js', '.mjs'];

/** As far as its bundle goes. */
type Bundled = Pick<ConsumerDefinition, 'name' | 'handler' | 'modules'>;

/**
 * Bundles a consumer's handler into `<outDir>/index.mjs`, SDK included, with a source map; what it loads by `import()` and its
 * `modules` go beside it.
 * In this process and at once: a bundler per function, as `NodejsFunction` spawns, costs half a second each.
 * The bytes depend on the sources and the lockfile alone, not on where the project or `outDir` lies. Called again in the same
 * process it builds only what has changed since.
 *
 * @param projectDir what paths in the source map are relative to, and a handler's that is not absolute
 * @throws Error naming the consumer whose handler is missing; esbuild's own for sources that do not build
 */
export function bundleHandler(definition: Bundled, projectDir: string, outDir: string): void {
  const entry = handlerFile(definition, projectDir);
  const { name, modules = [] } = definition;
  const key = JSON.stringify([entry, modules]);
  const last = made.get(key);
  const files =
    last !== undefined && isUnchanged(last.inputs) ? last.files : built(projectDir, entry, modules, key);
  mkdirSync(outDir, { recursive: true });
  for (const { path, contents } of files) writeFileSync(join(outDir, basename(path)), contents);
  try {
    placeModules(modules, projectDir, outDir);
  } catch (cause) {
    throw new Error(`consumer ${name}: its modules: ${(cause as Error).message}`, { cause });
  }
}

function handlerFile({ name, handler }: Bundled, projectDir: string): string {
  const path = resolve(projectDir, handler ?? join('functions', name, 'handler.ts'));
  const found = [path, ...ENDINGS.map((ending) => path + ending)].find((file) => isFile(file));
  if (found !== undefined) return found;
  throw new Error(
    `consumer ${name}: ${relative(projectDir, path)} does not exist; write it, or ${handler === undefined ? 'name another as its handler' : 'mend its handler'}, or take the consumer out of the list`,
  );
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** A bundle of this process, and each file that it was made from: path → what tells that it was changed. */
interface Made {
  readonly inputs: ReadonlyMap<string, string>;
  readonly files: readonly Esbuild.OutputFile[];
}

/** By entry. A process that synthesizes again and again, for `npm start -- --watch`, builds only what has changed. */
const made = new Map<string, Made>();

const isUnchanged = (inputs: Made['inputs']): boolean =>
  inputs.entries().every(([path, state]) => stateOf(path) === state);

function stateOf(path: string): string {
  const { ino, size, ctimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return `${ino} ${size} ${ctimeMs}`;
}

function built(
  projectDir: string,
  entry: string,
  modules: readonly string[],
  key: string,
): readonly Esbuild.OutputFile[] {
  const begunMs = Date.now();
  // when it is wanted: a template can be synthesized, and tested, without bundles
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof Esbuild;
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: projectDir,
    entryPoints: [entry],
    external: [...modules],
    alias: { http: NODE_HTTP, 'node:http': NODE_HTTP },
    // nothing is written there: it only makes the source map name its sources from the project's folder
    outdir: projectDir,
    entryNames: 'index',
    outExtension: { '.js': '.mjs' },
    write: false,
    bundle: true,
    // what a handler loads by `import()` is a file of its own: a cold start reads none of it
    splitting: true,
    chunkNames: '[name]-[hash]',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    // names stay as they are, since operators read those of errors, and in dead letters; with shorter ones esbuild would have each
    // closure's name set at run time, which takes a tenth of an SDK call's time
    minifyWhitespace: true,
    minifySyntax: true,
    // the line that an error comes from is printed whole
    lineLimit: 500,
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
  if (isSure) made.set(key, { inputs, files: outputFiles });
  else made.delete(key);
  return outputFiles;
}
