import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { readCdkJson } from '../cdk-json.ts';
import { CliError } from '../cli-error.ts';
import type { FileChange } from './file-change.ts';

/** What no synth reads, or is only read: the folder of the packages is shared by a link, wherever above the project it lies. */
const LEFT_OUT = /^(?:cdk\.out|\.sluice|\.git$|node_modules$|dist$|coverage$)/;

/** A copy of the project in a temporary folder, in which the changes are made. It is judged by the project's own tools. */
export class Trial implements Disposable {
  readonly #projectDir: string;
  readonly #path = mkdtempSync(join(tmpdir(), 'sluice-add-'));
  readonly #signal: AbortSignal;

  constructor(projectDir: string, changes: readonly FileChange[], signal: AbortSignal) {
    this.#projectDir = projectDir;
    this.#signal = signal;
    for (const name of readdirSync(projectDir).filter((each) => !LEFT_OUT.test(each))) {
      cpSync(join(projectDir, name), join(this.#path, name), {
        recursive: true,
        filter: (path) => basename(path) !== 'node_modules',
      });
    }
    const modules = modulesAbove(projectDir);
    if (modules !== undefined) symlinkSync(modules, join(this.#path, 'node_modules'));
    for (const { file, after } of changes) this.#write(file, after);
  }

  /**
   * Synthesizes the copy, by the `app` of its cdk.json as the CDK would.
   *
   * @returns the folder of the cloud assembly
   * @throws CliError with infra's own words, when it refuses what is there now
   */
  async synthesize(): Promise<string> {
    const { app, context } = readCdkJson(this.#path);
    const assembly = join(this.#path, 'cdk.out');
    const { exitCode, printed } = await this.#run(app, {
      CDK_OUTDIR: assembly,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    });
    if (exitCode === 0) return assembly;
    throw new CliError(refusalIn(printed.replaceAll(this.#path, '.')), {
      nextStep: 'the pipeline with it was refused at synth, and nothing was written',
    });
  }

  /**
   * What the project's tests keep of a template, made anew.
   *
   * @param tests files of tests that write it
   * @param kept folders that they write it to
   */
  async snapshots(tests: readonly string[], kept: readonly string[]): Promise<readonly FileChange[]> {
    const those = tests.filter((test) => existsSync(join(this.#path, test)));
    if (those.length === 0) return [];
    const vitest = join('node_modules', 'vitest', 'vitest.mjs');
    const { exitCode, printed } = await this.#run(`node ${vitest} run ${those.join(' ')} --update`);
    if (exitCode !== 0) {
      throw new CliError(`the tests of the template fail with it:\n${printed.trim()}`, {
        nextStep: 'nothing was written; run npx vitest run test/infra',
      });
    }
    return kept.flatMap((folder) => this.#changesIn(folder));
  }

  #changesIn(folder: string): readonly FileChange[] {
    const path = join(this.#path, folder);
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => {
        const before = textIfThere(join(this.#projectDir, folder, name));
        return { file: `${folder}/${name}`, before, after: readFileSync(join(path, name), 'utf8') };
      })
      .filter(({ before, after }) => before !== after);
  }

  #write(file: string, after: string | undefined): void {
    const path = join(this.#path, file);
    // not through a link into the project
    rmSync(path, { force: true });
    if (after === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, after);
  }

  async #run(
    command: string,
    more: NodeJS.ProcessEnv = {},
  ): Promise<{ exitCode: number | null; printed: string }> {
    const env: NodeJS.ProcessEnv = { ...process.env, ...more, FORCE_COLOR: '0' };
    // a run of the project's tests may be what calls this
    for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
    env['PATH'] = `${dirname(process.execPath)}${delimiter}${env['PATH'] ?? ''}`;
    // a group of its own: what the command starts ends with it
    const child = spawn(command, {
      cwd: this.#path,
      env,
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = (): void => void process.kill(-child.pid!, 'SIGTERM');
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    this.#signal.addEventListener('abort', end);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    this.#signal.removeEventListener('abort', end);
    this.#signal.throwIfAborted();
    return { exitCode, printed };
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { recursive: true, force: true });
  }
}

/** The message of the error that ended a process of Node, without its stack; all that it printed when there is none. */
function refusalIn(printed: string): string {
  const [, message] = /^(?:\w*Error)(?: \[\w+\])?: ([\s\S]*?)\n {4}at /m.exec(printed) ?? [];
  return message ?? printed.trim();
}

function textIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** In a workspace the packages lie with the project's parent. */
function modulesAbove(folder: string): string | undefined {
  const path = join(folder, 'node_modules');
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : modulesAbove(dirname(folder));
}
