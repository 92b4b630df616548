import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { makeChanges } from '../add/file-change.ts';
import { usageError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { IS_PACKAGE } from '../../shared/own-commands.ts';
import type { Session } from '../session.ts';
import { shellWord } from '../terminal/shell-word.ts';
import { appFiles } from './app-files.ts';

const PACKAGE_FILE = findPackageJSON('..', import.meta.url) ?? '';
const ROOT = dirname(PACKAGE_FILE);

interface InitFlags {
  readonly package?: string;
  readonly dryRun?: boolean;
}

const HELP = `
The app has a pipeline with two consumers of Sluice and one of its own, with a test. Nothing is installed.

  sluice init ../shop-uploads
  sluice init ../shop-uploads --package ./sluice-pipeline-sluice-0.2.0.tgz    from a file that npm pack has made`;

export function defineInit(command: Command, session: Session): void {
  command
    .argument('<dir>', 'a folder that is empty, or not there yet')
    .option(
      '--package <spec>',
      'where npm installs Sluice from: a version, a file or an address (default: this version; in a checkout what npm pack makes)',
    )
    .option('--dry-run', 'show what would be written, and do nothing')
    .addHelpText('after', HELP)
    .action((dir: string, flags: InitFlags) => {
      const terminal = session.terminal({});
      const folder = resolve(dir);
      refuseUsed(folder, dir);
      const { version, dependencies, devDependencies } = ownPackage();
      const source = flags.package === undefined ? ownSource(version) : sourceOf(flags.package);
      const files = appFiles({
        name: nameOf(folder),
        source,
        versions: { ...dependencies, ...devDependencies },
      });
      if (flags.dryRun === true) {
        for (const [file, text] of files) terminal.line(`${file}  ${text.split('\n').length - 1} lines`);
        session.exitCode = EXIT.done;
        return;
      }
      makeChanges(
        folder,
        [...files].map(([file, after]) => ({ file, before: undefined, after })),
      );
      for (const file of files.keys()) terminal.note(`  + ${file}`);
      terminal.note('next:');
      for (const line of [
        ...(IS_PACKAGE || flags.package !== undefined
          ? []
          : [
              `npm pack --pack-destination ${shellWord(ROOT)}    # here, in the checkout: nothing is published`,
            ]),
        ...(folder === process.cwd() ? [] : [`cd ${shellWord(dir)}`]),
        'npm install',
        'npm test',
        'npx sluice start',
      ]) {
        terminal.line(line);
      }
      session.exitCode = EXIT.done;
    });
}

function refuseUsed(folder: string, dir: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR') throw usageError(`${JSON.stringify(dir)} is a file`, 'name a folder');
    throw error;
  }
  const [first] = names.filter((name) => name !== '.git');
  if (first === undefined) return;
  throw usageError(
    `${JSON.stringify(dir)} is not empty: it holds ${JSON.stringify(first)}${names.length > 1 ? ' and more' : ''}`,
    'name another folder; an app that is there already takes Sluice by npm install',
  );
}

/** `Shop uploads` → `shop-uploads` */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-0-9]+|-+$/g, '');
  if (name !== '') return name;
  throw usageError(
    `no name of a stack can be made of ${JSON.stringify(basename(folder))}`,
    'name a folder with letters in it, such as shop-uploads',
  );
}

/** A path is from here, and npm reads it from the app's folder. */
function sourceOf(spec: string): string {
  return existsSync(spec) ? `file:${resolve(spec)}` : spec;
}

/** In the package, its version; from a checkout, which is not published, the file that npm pack makes there. */
const ownSource = (version: string): string =>
  IS_PACKAGE ? version : `file:${join(ROOT, `sluice-pipeline-sluice-${version}.tgz`)}`;

function ownPackage(): {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
} {
  return JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as ReturnType<typeof ownPackage>;
}
