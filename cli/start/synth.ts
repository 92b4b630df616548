import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

/** What a synthesized template is made from, beside the context. */
export interface Sources {
  /** Folders of the project, with all that is in them. */
  readonly folders: readonly string[];
  /** Files beside them. */
  readonly files: readonly string[];
  /** Whether something in those folders is none, by its path: what is installed, what is made. @default nothing */
  readonly isIgnored?: (path: string) => boolean;
}

/** Says, beside the assembly, from which inputs it was made. */
const STAMP = 'made-from.json';

/** Files of more bytes are known by their size and time: sources are smaller, and data is not read for nothing. */
const READ_UP_TO_BYTES = 1_048_576;

/** The app refused, or broke. Its own words are in the message. */
export class SynthError extends Error {
  override readonly name = 'SynthError';
}

/** What an app is told by whoever runs it. */
export interface Told {
  /** CDK context by name, over that of cdk.json: `{ stage: 'prod' }` */
  readonly context: Readonly<Record<string, string>>;
  /** `CDK_DEFAULT_ACCOUNT` */
  readonly account: string;
  /** `CDK_DEFAULT_REGION` */
  readonly region: string;
}

export interface SynthOptions extends Told {
  readonly projectDir: string;
  readonly sources: Sources;
  /** Where the cloud assembly goes: `cdk.out`. */
  readonly directory: string;
}

/** What the app finds in its environment, but the folder of the assembly. @param context all of it */
export const appVariables = (
  context: object,
  { account, region }: Omit<Told, 'context'>,
): NodeJS.ProcessEnv => ({
  ...process.env,
  // the rules of CloudFormation cost seconds; tests, CI and deployments run them, a start need not
  CDK_VALIDATION: 'false',
  CDK_CONTEXT_JSON: JSON.stringify(context),
  CDK_DEFAULT_ACCOUNT: account,
  CDK_DEFAULT_REGION: region,
});

/**
 * Makes sure that the cloud assembly is what the sources now say, synthesizing only if it is not.
 *
 * @param run synthesizes into a folder
 * @returns whether it had to synthesize
 * @throws what `run` throws: SynthError with what the app printed
 */
export async function synthesizeIfStale(
  options: SynthOptions,
  run: (directory: string) => Promise<void>,
): Promise<boolean> {
  const { directory } = options;
  if (readOrNothing(join(directory, STAMP)) === stampOf(inputsOf(options), directory)) return false;
  await synthesizeAnew(options, run);
  return true;
}

/** Synthesizes, and notes from what. @throws what `run` throws */
export async function synthesizeAnew(
  options: SynthOptions,
  run: (directory: string) => Promise<void>,
): Promise<void> {
  const { directory } = options;
  // before the run: what is saved meanwhile may have been read before or after
  const inputs = inputsOf(options);
  await run(directory);
  writeFileSync(join(directory, STAMP), stampOf(inputs, directory));
}

function inputsOf({ projectDir, sources, context, account, region }: SynthOptions): string {
  const hash = createHash('sha256');
  hash.update(`${JSON.stringify([context, account, region])}\0`);
  const isIgnored = sources.isIgnored ?? (() => false);
  const addFolder = (folder: string): void => {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (isIgnored(path)) continue;
      if (entry.isDirectory()) addFolder(path);
      else if (entry.isFile() || entry.isSymbolicLink()) addFile(path);
    }
  };
  const addFile = (path: string): void => {
    const content = contentOf(path);
    if (content !== undefined) hash.update(`${path}\0${content.length}\0`).update(content);
  };
  for (const folder of sources.folders) addFolder(join(projectDir, folder));
  for (const file of sources.files) addFile(join(projectDir, file));
  return hash.digest('hex');
}

/** The outputs are part of the stamp: `cdk synth` for another stage may have written over them. */
function stampOf(inputs: string, directory: string): string {
  const outputs = createHash('sha256');
  for (const name of listOrNothing(directory)) {
    if (!/^manifest\.json$|\.(template|assets)\.json$/.test(name)) continue;
    outputs.update(`${name}\0`).update(readFileSync(join(directory, name)));
  }
  return JSON.stringify({ inputs, outputs: outputs.digest('hex') });
}

function entriesOf(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Undefined for what was removed since its folder was read, and for a link to a folder. */
function contentOf(file: string): Buffer | string | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  if (stats.size > READ_UP_TO_BYTES) return `${stats.size} ${stats.mtimeMs}`;
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
