import { Option, type Command } from 'commander';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import { deploymentText } from './pipeline/deployment.ts';
import { Terminal, type Streams } from './terminal/terminal.ts';
import { explainError } from './pipeline/aws-error.ts';

/** The flags that every verb has. */
export interface CommonFlags {
  readonly target: 'local' | 'aws';
  readonly stack?: string;
  /** Which one of a stack that has several. */
  readonly pipeline?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
  /** Answers the questions of verbs that change something. */
  readonly yes?: boolean;
}

/** What a verb works with. */
export interface Scope {
  readonly pipeline: Pipeline;
  readonly terminal: Terminal;
  /** Aborts at Ctrl-C: finish the step in hand, say how far it went, and end. */
  readonly signal: AbortSignal;
}

export type Work = (scope: Scope) => Promise<ExitCode>;

/** A pipeline for one verb, which lets it go at the end. */
export interface Connected extends Disposable {
  readonly pipeline: Pipeline;
}

/** How a verb comes to its pipeline. */
export type Connect = (flags: CommonFlags) => Promise<Connected>;

/** One call of the command line: connects, does a verb's work, and keeps the exit code. */
export class Session {
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly #connect: Connect;
  exitCode: ExitCode = EXIT.done;

  /** @param connect for who has a connection already. @default a connection of the verb's own */
  constructor(streams: Streams, signal: AbortSignal, connect: Connect = connectAnew) {
    this.streams = streams;
    this.signal = signal;
    this.#connect = connect;
  }

  /** @throws what the work throws, in the operator's words where it is known */
  async run(flags: CommonFlags, work: Work): Promise<void> {
    const terminal = this.terminal(flags);
    let pipeline: Pipeline | undefined;
    try {
      using connected = await this.#connect(flags);
      ({ pipeline } = connected);
      terminal.note(deploymentText(pipeline.deployment));
      this.exitCode = await work({ pipeline, terminal, signal: this.signal });
    } catch (error) {
      throw explainError(error, pipeline?.deployment);
    }
    if (this.signal.aborted) this.exitCode = EXIT.interrupted;
  }

  terminal({ json = false, yes = false }: Pick<CommonFlags, 'json' | 'yes'>): Terminal {
    return new Terminal({ ...this.streams, signal: this.signal, json, yes });
  }
}

async function connectAnew(flags: CommonFlags): Promise<Connected> {
  // with it come the SDK's clients: help and a wrong command line need none
  const { connect } = await import('./pipeline/connection.ts');
  const pipeline = await connect(flags);
  return { pipeline, [Symbol.dispose]: () => pipeline[Symbol.dispose]() };
}

/** The flags of a verb that speaks to a pipeline. */
export function withTarget(command: Command): Command {
  return command
    .addOption(
      new Option('--target <kind>', 'which pipeline: the one that runs here, or one in AWS')
        .choices(['local', 'aws'])
        .default('local')
        .env('SLUICE_TARGET'),
    )
    .addOption(
      new Option('--stack <name>', 'its CloudFormation stack (default in AWS: Sluice-dev)').env(
        'SLUICE_STACK',
      ),
    )
    .addOption(
      new Option('--pipeline <id>', 'which of its pipelines (default: the only one, or Default)').env(
        'SLUICE_PIPELINE',
      ),
    )
    .option('--profile <name>', 'AWS profile')
    .option('--region <name>', 'AWS Region')
    .option('--data-dir <dir>', 'folder of the local pipeline (default: .sluice)')
    .option('--json', 'one JSON document on stdout, as sluice schema describes it');
}

/** The flags of a verb that changes something. */
export function withChange(command: Command): Command {
  return command
    .option('--dry-run', 'show what would be done, and do nothing')
    .option('-y, --yes', 'do not ask');
}

/** For flags that may be repeated. */
export const collect = (value: string, values: readonly string[] = []): readonly string[] => [
  ...values,
  value,
];

export function withConsumers(command: Command): Command {
  return command.option('--consumer <name>', 'only this consumer; may be repeated', collect);
}
