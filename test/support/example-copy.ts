import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');
const PACKAGE = '@sluice-pipeline/sluice';

/** The doors of the package as they lie in `dist/`, and where their source is. */
const toSource = (path: string): string => path.replace('./dist/', './').replace(/\.(?:d\.ts|js)$/, '.ts');

/**
 * One of examples/ as a team would have it: an app in a folder of its own, whose node_modules hold the package. The package's
 * code is this checkout's sources, so that nothing has to be built; the rest is shared.
 */
export class ExampleCopy {
  readonly path = temporaryFolder('example');

  constructor(name: string) {
    cpSync(join(PROJECT_DIR, 'examples', name), this.path, {
      recursive: true,
      filter: (path) => !/(?:^|\/)(?:node_modules|cdk\.out[^/]*|\.sluice[^/]*)$/.test(path),
    });
    const modules = join(this.path, 'node_modules');
    mkdirSync(join(modules, PACKAGE), { recursive: true });
    for (const entry of readdirSync(join(PROJECT_DIR, 'node_modules'))) {
      symlinkSync(join(PROJECT_DIR, 'node_modules', entry), join(modules, entry));
    }
    // an app has its own once it is installed: packages with binaries are looked up in it
    symlinkSync(join(PROJECT_DIR, 'package-lock.json'), join(this.path, 'package-lock.json'));
    const { exports, ...manifest } = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
    };
    const doors = Object.entries(exports).map(([door, target]) => [
      door,
      toSource(typeof target === 'string' ? target : target.default),
    ]);
    writeFileSync(
      join(modules, PACKAGE, 'package.json'),
      JSON.stringify({ ...manifest, exports: Object.fromEntries(doors) }),
    );
    for (const room of ['infra', 'functions', 'shared', 'cli', 'local']) {
      symlinkSync(join(PROJECT_DIR, room), join(modules, PACKAGE, room));
    }
  }

  /**
   * Synthesizes the app, as `sluice start` does.
   *
   * @returns the folder of the cloud assembly
   */
  synthesize(context: Readonly<Record<string, string>> = {}): string {
    const directory = join(this.path, 'cdk.out');
    execFileSync(process.execPath, ['infra/app.ts'], {
      cwd: this.path,
      env: {
        ...process.env,
        CDK_OUTDIR: directory,
        CDK_VALIDATION: 'false',
        CDK_CONTEXT_JSON: JSON.stringify(context),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return directory;
  }
}
