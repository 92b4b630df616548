import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runOwnApp, synthesizeOwn } from '../../cli/start/own-app.ts';
import { ACCOUNT_ID } from '../../local/account-id.ts';
import { temporaryFolder } from './temporary-folder.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '../..');

/** The assembly that every end-to-end test runs or alters; made once per test run, by `globalSetup`. */
export const ASSEMBLY_DIR = join(PROJECT_DIR, 'cdk.out.test');

const TOLD = { projectDir: PROJECT_DIR, account: ACCOUNT_ID, region: 'us-east-1' };

/** vitest's globalSetup. */
export async function setup(): Promise<void> {
  await synthesizeOwn({ ...TOLD, directory: ASSEMBLY_DIR, context: { stage: 'dev' } });
}

/** The folder of an assembly of the stage dev with more context: `{ ledgerLock: '30' }`. */
export async function assemblyWith(context: Readonly<Record<string, string>>): Promise<string> {
  const directory = temporaryFolder('assembly');
  await runOwnApp({ ...TOLD, directory, context: { stage: 'dev', ...context } }, directory);
  return directory;
}

export interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  Outputs: Record<string, { Value: unknown }>;
}

/** A copy of the assembly whose template `change` has altered. */
export function alteredAssembly(change: (template: Template) => void): string {
  const directory = temporaryFolder('assembly');
  cpSync(ASSEMBLY_DIR, directory, { recursive: true });
  const file = join(
    directory,
    readdirSync(directory).find((name) => name.endsWith('.template.json'))!,
  );
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  change(template);
  writeFileSync(file, JSON.stringify(template));
  return directory;
}

/** The resources of one type whose logical ID begins with `prefix`. */
export function resourcesOf(template: Template, type: string, prefix = '') {
  return Object.entries(template.Resources).filter(
    ([id, { Type }]) => Type === type && id.startsWith(prefix),
  );
}

/** An assembly synthesized from a copy of the sources in which `edit` has changed one file. */
export function assemblyOfEditedSources(file: string, edit: (text: string) => string): string {
  const projectDir = temporaryFolder('sources');
  for (const name of [
    'infra',
    'functions',
    'shared',
    'cdk.json',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ]) {
    cpSync(join(PROJECT_DIR, name), join(projectDir, name), { recursive: true });
  }
  symlinkSync(join(PROJECT_DIR, 'node_modules'), join(projectDir, 'node_modules'));
  const path = join(projectDir, file);
  const before = readFileSync(path, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error(`the edit changed nothing in ${file}`);
  writeFileSync(path, after);
  const directory = join(projectDir, 'cdk.out');
  execFileSync(process.execPath, ['infra/app.ts'], {
    cwd: projectDir,
    env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: directory },
  });
  return directory;
}
