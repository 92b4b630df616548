import { join } from 'node:path';
import { PipelineUnderTest } from '../../support/pipeline.ts';
import type { PipelineOptions } from '../../support/runtime-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { assemblyWithClock } from './shared-clock.ts';

/** One pipeline on one data folder, over all its starts and ends. */
export class Lives implements AsyncDisposable {
  readonly dataDir: string;
  /** How far its machine's clock is ahead. */
  aheadMs = 0;
  /** How often it was started. */
  starts = 1;
  readonly #options: PipelineOptions;
  #current: Promise<PipelineUnderTest>;

  private constructor(options: PipelineOptions & { readonly dataDir: string }) {
    this.dataDir = options.dataDir;
    this.#options = options;
    this.#current = PipelineUnderTest.start(options);
  }

  static async begin(dataDir: string): Promise<Lives> {
    const clockFile = join(temporaryFolder('clock'), 'ahead-ms');
    const lives = new Lives({ dataDir, clockFile, assemblyDir: assemblyWithClock(clockFile) });
    await lives.#current;
    return lives;
  }

  /** The one that runs, or the next as soon as it does. */
  async current(): Promise<PipelineUnderTest> {
    return await this.#current;
  }

  /** Ends the one that runs, in this way, and starts the next. */
  async replace(end: (pipeline: PipelineUnderTest) => Promise<void>): Promise<void> {
    const before = await this.#current;
    const next = Promise.withResolvers<PipelineUnderTest>();
    // who waits for it hears of a failure; so does the caller of this
    next.promise.catch(() => {});
    this.#current = next.promise;
    try {
      await end(before);
      await before[Symbol.asyncDispose]();
      next.resolve(await PipelineUnderTest.start({ ...this.#options, aheadMs: this.aheadMs }));
      this.starts++;
    } catch (error) {
      next.reject(error);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const last = await this.#current.catch(() => undefined);
    await last?.[Symbol.asyncDispose]();
  }
}
