import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockedPackage } from './lockfile.ts';

/** Lambda's platform, as package managers call it. */
const LAMBDA = { os: 'linux', cpu: 'arm64', libc: 'glibc' } as const;

/** Whether the package is for Lambda's platform, or for all. */
export function suitsLambda(locked: Pick<LockedPackage, keyof typeof LAMBDA>): boolean {
  return (['os', 'cpu', 'libc'] as const).every((what) => admits(locked[what], LAMBDA[what]));
}

/** `["linux"]`, or all but some: `["!win32"]` */
function admits(list: readonly string[] | undefined, one: string): boolean {
  if (list === undefined || list.length === 0) return true;
  return list.some((each) => each.startsWith('!'))
    ? !list.includes(`!${one}`)
    : list.includes(one) || list.includes('any');
}

/**
 * The folder of a package for Lambda's platform, which npm does not install on another: fetched once for each version, exactly
 * as the lockfile has it, integrity included.
 *
 * @throws Error with what npm said, and what to do
 */
export function lambdaPackage(name: string, locked: LockedPackage, projectDir: string): string {
  const label = `${name}@${locked.version}`;
  const cache = join(projectDir, 'node_modules/.cache/sluice/linux-arm64');
  const folder = join(cache, label.replaceAll('/', '+'));
  const found = join(folder, 'node_modules', name);
  if (existsSync(join(found, 'package.json'))) return found;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, 'fetching-'));
  try {
    writeProject(making, name, locked);
    const npmrc = join(projectDir, '.npmrc');
    if (existsSync(npmrc)) copyFileSync(npmrc, join(making, '.npmrc'));
    install(making, label, folder);
    moveInto(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return found;
}

/** A project of this package alone, locked; what the package depends on is found for itself. */
function writeProject(folder: string, name: string, { version, integrity, resolved }: LockedPackage): void {
  const project = { name: 'lambda-package', version: '1.0.0', dependencies: { [name]: version } };
  const lock = {
    ...project,
    lockfileVersion: 3,
    packages: { '': project, [`node_modules/${name}`]: { version, integrity, resolved } },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];

function install(cwd: string, label: string, folder: string): void {
  const platform = [`--os=${LAMBDA.os}`, `--cpu=${LAMBDA.cpu}`, `--libc=${LAMBDA.libc}`];
  // one more try and no long waits: without a network the answer should not take a minute
  const network = ['--prefer-offline', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'];
  // when it is wanted: nearly every synth starts no process
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  try {
    execFileSync('npm', ['ci', ...platform, ...QUIET, ...network], { cwd, stdio: 'pipe', encoding: 'utf8' });
  } catch (cause) {
    const { stderr = '', message } = cause as { stderr?: string; message: string };
    const said = /^npm error (?!code|errno|syscall|A complete log)(.+)$/m.exec(stderr)?.[1] ?? message;
    throw new Error(
      `npm could not fetch ${label} for Lambda (linux arm64): ${said}; synthesize once where npm reaches its registry, or copy ${folder} from a machine where that was done`,
      { cause },
    );
  }
}

/** Another synth may have fetched the same meanwhile. */
function moveInto(made: string, folder: string): void {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
