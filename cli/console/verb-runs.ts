import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { EXIT } from '../exit-code.ts';
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
  /** The end of the last verb that had letters in hand. */
  #letters: Promise<unknown> = Promise.resolve();

  constructor(options: VerbRunsOptions) {
    this.#options = options;
  }

  /**
   * Runs a verb, and answers with its lines as they come. The page that goes away is its Ctrl-C.
   *
   * @param body what the page sends as the verb's standard input; the answer begins when it has come
   */
  async answer(command: AllowedCommand, response: ServerResponse, body?: IncomingMessage): Promise<void> {
    const lines = new AnswerLines(response, body && finished(body).catch(() => {}));
    const streams = verbStreams(lines.tell, body && detached(body));
    const { exitCode, failure } = await this.run(command, streams, response);
    // what the verb had no use for
    body?.resume();
    streams.stdout.end();
    streams.stderr.end();
    await Promise.all([finished(streams.stdout), finished(streams.stderr)]);
    await lines.tell({ type: 'end', exitCode, ...errorOf(failure) });
    await lines.end();
  }

  /** Runs a verb on these streams, until it ends or the one who is answered has gone. Verbs that take letters in hand wait for one another. */
  async run(command: AllowedCommand, streams: Streams, response: ServerResponse): Promise<Ended> {
    const signal = this.#signalOf(response);
    const work = (): Promise<Ended> => this.#run(command, streams, signal);
    if (!command.takesLetters) return await work();
    const turn = this.#letters.then(work);
    this.#letters = turn.catch(() => {});
    return await turn;
  }

  async #run({ args, words }: AllowedCommand, streams: Streams, signal: AbortSignal): Promise<Ended> {
    let failure: Failure | undefined;
    // whoever has gone before it began wants nothing of it any more
    if (signal.aborted) return { exitCode: EXIT.interrupted, failure };
    // with it come all verbs: a console that nobody opens needs none
    const { sluice } = await import('../command-line.ts');
    const onFailure = (failed: Failure): void => {
      failure = failed;
      if (failed.stack !== undefined) this.#options.onMistake(`${args.join(' ')}: ${failed.stack}`);
    };
    const connect = this.#options.pipeline.lend;
    const line = [...args, ...this.#target(), '--', ...words];
    const exitCode = await asVerb(args.join(' '), () =>
      sluice(line, streams, signal, { connect, onFailure }),
    );
    return { exitCode, failure };
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

  #target(): string[] {
    const { target, stack, pipeline, profile, region, dataDir } = this.#options.target;
    const given = { target, stack, pipeline, profile, region, 'data-dir': dataDir };
    return Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    );
  }

  /** Ends every verb as Ctrl-C does. */
  stop(): void {
    this.#stop.abort();
  }
}

/** The body as a stream that the verb may destroy: the connection stays, for the answer. */
function detached(body: IncomingMessage): Readable {
  const input = new PassThrough();
  body.once('error', (error) => input.destroy(error));
  return body.pipe(input);
}

function errorOf(failure: Failure | undefined): Pick<AnswerLine & { type: 'end' }, 'error'> {
  if (failure === undefined) return {};
  const { message, nextStep } = failure;
  return { error: { message, ...(nextStep !== undefined && { nextStep }) } };
}
