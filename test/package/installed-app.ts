import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/temporary-folder.ts';

const execute = promisify(execFile);
const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const MODULES = join(PROJECT_DIR, 'node_modules');
const PACKAGE = '@sluice-pipeline/sluice';

/** What of a package.json says what must be installed beside it. */
interface Manifest {
  readonly version: string;
  readonly bin: { readonly sluice: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/**
 * A folder as `npm install` of the tarball leaves it: the package lies unpacked in node_modules, and beside it is what its
 * package.json declares, without what is optional, so that an import of anything else fails. What is beside it comes from this checkout.
 */
export class InstalledApp {
  readonly path: string;
  readonly packagePath: string;

  private constructor(path: string) {
    this.path = path;
    this.packagePath = join(path, 'node_modules', PACKAGE);
  }

  /** @param source a folder whose files the app begins with; `tools`: what the app has installed for itself: `vitest` */
  static async install(
    tarball: string,
    { path = temporaryFolder('app'), source, tools = [] }: InstallOptions = {},
  ): Promise<InstalledApp> {
    const app = new InstalledApp(path);
    if (source !== undefined) cpSync(source, path, { recursive: true });
    mkdirSync(app.packagePath, { recursive: true });
    await execute('tar', ['-xzf', tarball, '-C', app.packagePath, '--strip-components=1']);
    const { dependencies, peerDependencies, peerDependenciesMeta } = app.manifest;
    const peers = Object.keys(peerDependencies).filter(
      (name) => peerDependenciesMeta[name]?.optional !== true,
    );
    for (const name of [...Object.keys(dependencies), ...peers, ...tools]) app.#link(name);
    app.#linkProgram('sluice', app.bin);
    return app;
  }

  get manifest(): Manifest {
    return JSON.parse(readFileSync(join(this.packagePath, 'package.json'), 'utf8')) as Manifest;
  }

  /** The package's program. */
  get bin(): string {
    return join(this.packagePath, this.manifest.bin.sluice);
  }

  /** Another version of the package, which differs by its number alone. */
  bumpTo(version: string): void {
    writeFileSync(join(this.packagePath, 'package.json'), JSON.stringify({ ...this.manifest, version }));
  }

  /** Runs the package's program in the app's folder. @throws Error with what it printed, when it fails */
  async sluice(...args: readonly string[]): Promise<string> {
    return await this.run(process.execPath, this.bin, ...args);
  }

  /** @returns what it printed on standard output */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      NO_COLOR: '1',
      CDK_VALIDATION: 'false',
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    };
    // a run of vitest within one is a run of its own
    for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
    try {
      return (await execute(program, args, { cwd: this.path, env, maxBuffer: 1e8 })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
    }
  }

  /** Runs the `app` of its cdk.json as the CDK's command line does. @returns the template of one of its stacks */
  async synthesize(stack: string, context: Readonly<Record<string, string>> = {}): Promise<Template> {
    const { app } = JSON.parse(readFileSync(join(this.path, 'cdk.json'), 'utf8')) as { readonly app: string };
    const said = `CDK_CONTEXT_JSON='${JSON.stringify(context)}'`;
    await this.run('/bin/sh', '-c', `CDK_OUTDIR=cdk.out ${said} ${app}`);
    return JSON.parse(readFileSync(join(this.path, `cdk.out/${stack}.template.json`), 'utf8')) as Template;
  }

  /** Its own files, path → text. */
  files(): ReadonlyMap<string, string> {
    const own = readdirSync(this.path).filter((name) => !['node_modules', 'cdk.out'].includes(name));
    const paths = globSync([...own, ...own.map((name) => `${name}/**`)], {
      cwd: this.path,
      withFileTypes: true,
    })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return new Map(
      paths.toSorted().map((path) => [path.slice(this.path.length + 1), readFileSync(path, 'utf8')]),
    );
  }

  #link(name: string): void {
    const place = join(this.path, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(MODULES, name), place);
    const { bin = {} } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8')) as {
      readonly bin?: string | Readonly<Record<string, string>>;
    };
    const programs = typeof bin === 'string' ? { [name]: bin } : bin;
    for (const [program, file] of Object.entries(programs)) this.#linkProgram(program, join(place, file));
  }

  #linkProgram(program: string, file: string): void {
    const folder = join(this.path, 'node_modules/.bin');
    mkdirSync(folder, { recursive: true });
    if (!existsSync(join(folder, program))) symlinkSync(file, join(folder, program));
  }
}

interface InstallOptions {
  readonly path?: string;
  readonly source?: string;
  readonly tools?: readonly string[];
}

export interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>
  >;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}
