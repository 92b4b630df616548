import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { Failure } from '../command-line.ts';
import type { ConnectionOptions } from '../pipeline/connection.ts';
import type { Streams } from '../terminal/terminal.ts';
import { AnswerLines } from './answer-lines.ts';
import type { AllowedCommand } from './allowed-command.ts';
import type { KeptPipeline } from './kept-pipeline.ts';
import { asVerb } from './stray-errors.ts';
import { verbStreams, type AnswerLine } from './verb-streams.ts';

export interface VerbRunsOptions {
  readonly target: ConnectionOptions;
  readonly pipeline: KeptPipeline;
  /** Told of what a verb could not foresee: a mistake of the program's own. */
  readonly onMistake: (text: string) => void;
}

/** What a verb came to. */
interface Ended {
  readonly exitCode: number;
  readonly failure: Failure | undefined;
}

/** Runs verbs within this process, each on streams of its own, all on one kept connection. */
export class VerbRuns {
  readonly #options: VerbRunsOptions;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  /** The end of the last verb that had letters in hand. */
  #letters: Promise<unknown> = Promise.resolve();

  constructor(options: VerbRunsOptions) {
    this.#options = options;
  }

  /** Runs a verb, and answers with its lines as they come. The page that goes away is its Ctrl-C. */
  async answer(command: AllowedCommand, response: ServerResponse, stdin?: Readable): Promise<void> {
    const { tell } = new AnswerLines(response);
    const streams = verbStreams(tell, stdin);
    const { exitCode, failure } = await this.#inTurn(command, () => this.run(command, streams, response));
    streams.stdout.end();
    streams.stderr.end();
    await Promise.all([finished(streams.stdout), finished(streams.stderr)]);
    await tell({ type: 'end', exitCode, ...errorOf(failure) });
    response.end();
  }

  /** Runs a verb on these streams, until it ends or the one who is answered has gone. */
  async run({ args, words }: AllowedCommand, streams: Streams, response: ServerResponse): Promise<Ended> {
    const signal = this.#signalOf(response);
    let failure: Failure | undefined;
    // with it come all verbs: a console that nobody opens needs none
    const { sluice } = await import('../command-line.ts');
    const onFailure = (failed: Failure): void => {
      failure = failed;
      if (failed.stack !== undefined) this.#options.onMistake(`${args.join(' ')}: ${failed.stack}`);
    };
    const connect = this.#options.pipeline.lend;
    const line = [...args, ...this.#target(), '--', ...words];
    const run = asVerb(args.join(' '), () => sluice(line, streams, signal, { connect, onFailure }));
    const ended = run.finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return { exitCode: await ended, failure };
  }

  /** Aborts when the page is gone before it has the whole answer, and when the server stops. */
  #signalOf(response: ServerResponse): AbortSignal {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    if (response.destroyed) gone.abort();
    return AbortSignal.any([gone.signal, this.#stop.signal]);
  }

  /** Verbs that take letters in hand wait for one another. */
  async #inTurn<Value>({ takesLetters }: AllowedCommand, work: () => Promise<Value>): Promise<Value> {
    if (!takesLetters) return await work();
    const turn = this.#letters.then(work);
    this.#letters = turn.catch(() => {});
    return await turn;
  }

  #target(): string[] {
    const { target, stack, pipeline, profile, region, dataDir } = this.#options.target;
    const given = { target, stack, pipeline, profile, region, 'data-dir': dataDir };
    return Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    );
  }

  /** Ends every verb as Ctrl-C does, and waits for their ends. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#running);
  }
}

function errorOf(failure: Failure | undefined): Pick<AnswerLine & { type: 'end' }, 'error'> {
  if (failure === undefined) return {};
  const { message, nextStep } = failure;
  return { error: { message, ...(nextStep !== undefined && { nextStep }) } };
}
