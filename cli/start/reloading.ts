import { styleText } from 'node:util';
import type { Runtime } from '../../local/runtime.ts';
import { terminalJson } from '../../shared/terminal-text.ts';
import { timeText } from '../terminal/time.ts';
import { durationText } from '../terminal/units.ts';
import { reloadText } from './reload-line.ts';
import { troubleText } from './trouble-text.ts';
import { synthesizeIfStale } from './synth.ts';
import type { App, Resynth } from './app.ts';
import { WatchedSources } from './watched-sources.ts';

export interface ReloadingOptions {
  readonly app: App;
  readonly runtime: Runtime;
  readonly print: (line: string) => void;
  /** Called when something was reloaded. */
  readonly onReload: () => void;
}

/** What a process that synthesizes again and again would not notice. */
const STAYS_LOADED = new Set(['package-lock.json', 'bundle.ts']);

/** An editor writes a file in several steps, and `git checkout` many files. */
const QUIET_MS = 50;

/**
 * `npm start -- --watch`: synthesizes when a source changes, and lets the runtime become what the template then says. What
 * does not synthesize, does not load or cannot be changed without a stop is told, and what ran goes on.
 */
export class Reloading {
  readonly #options: ReloadingOptions;
  readonly #synth: Resynth;
  readonly #sources: WatchedSources;
  #work: Promise<void>;
  #soon: NodeJS.Timeout | undefined;
  /** When the first change came that is not dealt with yet. */
  #changedAtMs: number | undefined;
  #hasFailed = false;
  #isStopped = false;

  /** @throws WatchError */
  constructor(options: ReloadingOptions) {
    const { app } = options;
    this.#options = options;
    this.#sources = new WatchedSources({
      projectDir: app.synth.projectDir,
      ...app.synth.sources,
      onChange: (name) => this.#onChange(name),
      onTrouble: (error) => this.#fail(error),
    });
    this.#synth = app.resynth();
    this.#say(`watching ${app.place}: what is saved there is reloaded`);
    // what is wrong with the sources is told when they change
    this.#work = this.#synth.warmUp().catch(() => {});
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sources[Symbol.dispose]();
    clearTimeout(this.#soon);
    this.#synth.stop();
    await this.#work;
  }

  #onChange(name: string | null): void {
    if (name === null || STAYS_LOADED.has(name)) this.#work = this.#work.then(() => this.#synth.forget());
    this.#changedAtMs ??= performance.now();
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => {
      this.#work = this.#work.then(async () => this.#reload());
    }, QUIET_MS);
  }

  async #reload(): Promise<void> {
    const sinceMs = this.#changedAtMs;
    // an earlier turn has dealt with it
    if (sinceMs === undefined || this.#isStopped) return;
    this.#changedAtMs = undefined;
    const { runtime, app } = this.#options;
    try {
      const isNew = await synthesizeIfStale(app.synth, async (folder) => this.#synth.synthesize(folder));
      const before = runtime.plan;
      const changes = await runtime.reload(app.synth.directory);
      if (changes.length > 0) {
        this.#options.onReload();
        const took = durationText(performance.now() - sinceMs);
        this.#say(`reloaded in ${took}: ${reloadText(changes, before, runtime.plan)}`);
      } else if (isNew || this.#hasFailed) {
        this.#say('nothing to reload: the template is as what runs');
      }
      this.#hasFailed = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    // the stop has cut it off
    if (this.#isStopped) return;
    this.#hasFailed = true;
    this.#say(`not reloaded, what ran goes on: ${troubleText(error)}`);
  }

  #say(text: string): void {
    const now = new Date();
    const lines = text.split('\n').map(terminalJson).join('\n');
    this.#options.print(`${styleText('dim', timeText(now.toISOString(), now))}  ${lines}`);
  }
}
