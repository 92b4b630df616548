import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConnectionOptions } from '../pipeline/connection.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Connected } from '../session.ts';

/** How long a stack of AWS is taken to be as it was described. */
const DESCRIBED_FOR_MS = 60_000;

/** A pipeline that is kept, and how many verbs work with it. */
interface Kept {
  readonly pipeline: Pipeline;
  users: number;
  isReplaced: boolean;
}

/**
 * One connection for many verbs. It is made anew when the pipeline has become another: locally when `runtime.json` says
 * something else, in AWS when the stack does, which is asked about once a minute.
 */
export class KeptPipeline implements Disposable {
  readonly #options: ConnectionOptions;
  readonly #now: () => number;
  #kept: Kept | undefined;
  /** What it was connected by: what runtime.json held; in AWS nothing. */
  #text: string | undefined;
  #connectedAt = -Infinity;
  #connecting: Promise<Kept> | undefined;

  /** @param now in milliseconds; @default performance.now */
  constructor(options: ConnectionOptions, now: () => number = () => performance.now()) {
    this.#options = options;
    this.#now = now;
  }

  /** The pipeline as it is now, until it is given back. @throws what `connect` throws */
  readonly lend = async (): Promise<Connected> => {
    this.#connecting ??= this.#current().finally(() => {
      this.#connecting = undefined;
    });
    const kept = await this.#connecting;
    kept.users++;
    return {
      pipeline: kept.pipeline,
      [Symbol.dispose]: () => {
        kept.users--;
        letGo(kept);
      },
    };
  };

  [Symbol.dispose](): void {
    this.#replace(undefined);
  }

  async #current(): Promise<Kept> {
    const { target, dataDir = '.sluice' } = this.#options;
    const text =
      target === 'local'
        ? await readFile(join(dataDir, 'runtime.json'), 'utf8').catch(() => undefined)
        : undefined;
    const isKnown =
      target === 'local'
        ? text !== undefined && text === this.#text
        : this.#now() - this.#connectedAt < DESCRIBED_FOR_MS;
    if (this.#kept !== undefined && isKnown) return this.#kept;
    // with it come the SDK's clients
    const { connect } = await import('../pipeline/connection.ts');
    const pipeline = await connect(this.#options);
    this.#text = text;
    this.#connectedAt = this.#now();
    // a runtime that was started anew has another token, and may say the same
    if (target === 'aws' && this.#kept?.pipeline.isAs(pipeline) === true) {
      pipeline[Symbol.dispose]();
      return this.#kept;
    }
    return this.#replace({ pipeline, users: 0, isReplaced: false });
  }

  #replace<One extends Kept | undefined>(kept: One): One {
    if (this.#kept !== undefined) {
      this.#kept.isReplaced = true;
      letGo(this.#kept);
    }
    this.#kept = kept;
    return kept;
  }
}

/** Closes what nobody works with any more. */
function letGo({ pipeline, users, isReplaced }: Kept): void {
  if (isReplaced && users === 0) pipeline[Symbol.dispose]();
}
