import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a synthesized template is made from, beside the stage. */
export const SOURCE_FOLDERS = ['infra', 'functions', 'shared'];
export const SOURCE_FILES = ['cdk.json', 'package-lock.json'];

/** Says, beside the assembly, from which inputs it was made. */
const STAMP = 'made-from.json';

/** `infra/app.ts` refused, or broke. Its own words are in the message. */
export class SynthError extends Error {
  override readonly name = 'SynthError';
}

export interface SynthOptions {
  readonly projectDir: string;
  /** Where the cloud assembly goes: `cdk.out`. */
  readonly directory: string;
  /** `dev` or `prod` */
  readonly stage: string;
}

/**
 * Makes sure that the cloud assembly is what the sources now say, synthesizing only if it is not.
 *
 * @param run synthesizes into a folder; by default in a process of its own
 * @returns whether it had to synthesize
 * @throws SynthError with what `infra/app.ts` printed
 */
export async function synthesizeIfStale(
  { projectDir, directory, stage }: SynthOptions,
  run: (directory: string) => Promise<void> = (outDir) => runApp(projectDir, outDir, stage),
): Promise<boolean> {
  const inputs = hashOf(
    [...SOURCE_FOLDERS, ...SOURCE_FILES].map((input) => join(projectDir, input)),
    [stage],
  );
  const stampFile = join(directory, STAMP);
  if (readOrNothing(stampFile) === stampOf(inputs, directory)) return false;
  await run(directory);
  writeFileSync(stampFile, stampOf(inputs, directory));
  return true;
}

/** What `infra/app.ts` finds in its environment, but the folder. */
export const synthVariables = (stage: string): NodeJS.ProcessEnv => ({
  ...process.env,
  // the rules of CloudFormation cost seconds; tests and CI run them, a start need not
  CDK_VALIDATION: 'false',
  CDK_CONTEXT_JSON: JSON.stringify({ stage }),
});

async function runApp(projectDir: string, directory: string, stage: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ['infra/app.ts'], {
      cwd: projectDir,
      env: { ...synthVariables(stage), CDK_OUTDIR: directory },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    throw new SynthError(`infra/app.ts failed: ${stderr?.trim() || message}`, { cause });
  }
}

/** The outputs are part of the stamp: `cdk synth` for another stage may have written over them. */
function stampOf(inputs: string, directory: string): string {
  const templates = listOrNothing(directory).filter((name) =>
    /^manifest\.json$|\.(template|assets)\.json$/.test(name),
  );
  return JSON.stringify({
    inputs,
    outputs: hashOf(
      templates.map((name) => join(directory, name)),
      [],
    ),
  });
}

function hashOf(paths: readonly string[], more: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of more) hash.update(`${text}\0`);
  const add = (path: string, entry: { isDirectory(): boolean } | undefined): void => {
    if (entry?.isDirectory() ?? false) {
      const entries = readdirSync(path, { withFileTypes: true }).toSorted((a, b) =>
        a.name < b.name ? -1 : 1,
      );
      for (const child of entries) add(join(path, child.name), child);
      return;
    }
    const content = contentIfThere(path);
    // removed since the folder was read
    if (content === undefined) return;
    hash.update(`${path}\0${content.length}\0`).update(content);
  };
  for (const path of paths) add(path, /\.\w+$/.test(path) ? undefined : { isDirectory: () => true });
  return hash.digest('hex');
}

function contentIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function listOrNothing(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    return [];
  }
}
