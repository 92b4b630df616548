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

/** One call of the command line: connects, does a verb's work, and keeps the exit code. */
export class Session {
  readonly streams: Streams;
  readonly signal: AbortSignal;
  exitCode: ExitCode = EXIT.done;

  constructor(streams: Streams, signal: AbortSignal) {
    this.streams = streams;
    this.signal = signal;
  }

  /** @throws what the work throws, in the operator's words where it is known */
  async run(flags: CommonFlags, work: Work): Promise<void> {
    const terminal = this.terminal(flags);
    let pipeline: Pipeline | undefined;
    try {
      // with it come the SDK's clients: help and a wrong command line need none
      const { connect } = await import('./pipeline/connection.ts');
      using connected = await connect(flags);
      pipeline = connected;
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

/** The flags of a verb that speaks to a pipeline. */
export function withTarget(command: Command): Command {
  return command
    .addOption(
      new Option('--target <kind>', 'which pipeline: the one that runs here, or one in AWS')
        .choices(['local', 'aws'])
        .default('local')
        .env('SLUICE_TARGET'),
    )
    .option('--stack <name>', 'its CloudFormation stack (default in AWS: Sluice-dev)')
    .option('--pipeline <id>', 'which of its pipelines (default: the only one, or Default)')
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
