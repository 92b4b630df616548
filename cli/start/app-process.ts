import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { readCdkJson } from '../cdk-json.ts';
import { appVariables, SynthError, type Told } from './synth.ts';

export interface AppProcessOptions {
  readonly projectDir: string;
  readonly told: Told;
}

/** What an app prints is kept to its end, where the error stands. */
const MOST_OUTPUT_CHARACTERS = 20_000;

/** Runs the app of a cdk.json as the CDK's command line does: by the shell, in the project's folder. */
export class AppProcess {
  readonly #options: AppProcessOptions;
  #child: ChildProcess | undefined;
  #isStopped = false;

  constructor(options: AppProcessOptions) {
    this.#options = options;
  }

  /** Nothing stays loaded between two runs. */
  async warmUp(): Promise<void> {}
  forget(): void {}

  /** @throws SynthError with what the app printed; CdkJsonError */
  async synthesize(directory: string): Promise<void> {
    const { projectDir, told } = this.#options;
    const { app, file, context } = readCdkJson(projectDir);
    if (this.#isStopped) throw new SynthError(`the app of ${file} was not run: stopped`);
    const before = writtenAt(directory);
    const { PATH, ...variables } = appVariables({ ...context, ...told.context }, told);
    // a group of its own, so that what the shell has started ends with it
    const child = spawn(app, {
      shell: true,
      detached: true,
      cwd: projectDir,
      env: {
        ...variables,
        CDK_OUTDIR: resolve(directory),
        // `node` is the one that runs this, and the project's own programs come next, as in an npm script
        PATH: [dirname(process.execPath), join(projectDir, 'node_modules/.bin'), PATH ?? ''].join(delimiter),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let printed = '';
    const keep = (text: string): void => {
      printed = (printed + text).slice(-MOST_OUTPUT_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const [exitCode, signal] = (await once(child, 'close')) as [number | null, string | null];
    this.#child = undefined;
    const how = signal === null ? `exit code ${exitCode}` : signal;
    const said = printed.trim() === '' ? 'it printed nothing' : printed.trim();
    if (exitCode !== 0) throw new SynthError(`the app of ${file} failed (${app}: ${how}): ${said}`);
    if (writtenAt(directory) !== before) return;
    throw new SynthError(
      `the app of ${file} (${app}) wrote no assembly to ${directory}; it must make an App without an outdir of its own, and end with app.synth(). It printed: ${said}`,
    );
  }

  stop(): void {
    this.#isStopped = true;
    const pid = this.#child?.pid;
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  }
}

/** What tells that another assembly was written: an app with a folder of its own leaves the one of before. */
function writtenAt(directory: string): string | undefined {
  const stats = statSync(join(directory, 'manifest.json'), { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? undefined : `${stats.ino} ${stats.mtimeNs}`;
}
