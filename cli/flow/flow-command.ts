import { Option, type Command } from 'commander';
import { pause } from '../../shared/pause.ts';
import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { withConsumers, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { parseDuration } from '../terminal/time.ts';
import { durationText } from '../terminal/units.ts';
import { terminalText } from '../../shared/terminal-text.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { flowDocument } from './flow-document.ts';
import type { Flow } from './flow.ts';
import { flowNote, flowRow, FLOW_COLUMNS } from './flow-rows.ts';
import { localFlow } from './local-flow.ts';

interface FlowFlags extends CommonFlags {
  readonly consumer?: readonly string[];
  readonly follow?: boolean;
  readonly interval?: string;
}

const HELP = `
How much has gone which way, how fast it goes, and what waits: one row per consumer. On this machine the runtime counts
itself, exactly and since the first start of the data folder; rates are of the last five seconds.

  sluice flow
  sluice flow --follow                       again and again, until Ctrl-C
  sluice flow --follow --interval 250ms --json   a document a line, as a program wants it`;

const DEFAULT_INTERVAL = '1s';
const LEAST_INTERVAL_MS = 250;

export function defineFlow(command: Command, session: Session): void {
  command
    .option('--follow', 'keep looking, until Ctrl-C')
    .addOption(
      new Option(
        '--interval <time>',
        `with --follow: how often to look (default: ${DEFAULT_INTERVAL})`,
      ).implies({
        follow: true,
      }),
    )
    .addHelpText('after', HELP);
  withTarget(withConsumers(command)).action(async (flags: FlowFlags) => {
    await session.run(flags, (scope) => showFlow(scope, flags));
  });
}

async function showFlow(scope: Scope, flags: FlowFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const consumers = pipeline.consumersNamed(flags.consumer);
  const intervalMs = parseDuration(flags.interval ?? DEFAULT_INTERVAL, '--interval');
  if (intervalMs < LEAST_INTERVAL_MS) {
    throw usageError(
      `--interval ${flags.interval} is too often`,
      `${durationText(LEAST_INTERVAL_MS)} or more`,
    );
  }
  for (;;) {
    const flow = await flowOf(pipeline, consumers);
    if (signal.aborted) return EXIT.interrupted;
    if (flags.follow === true) terminal.clear();
    show(scope, flow);
    if (flags.follow !== true) return flow.unavailable.length === 0 ? EXIT.done : EXIT.partlyDone;
    await pause(intervalMs, signal);
    if (signal.aborted) return EXIT.interrupted;
  }
}

async function flowOf(pipeline: Pipeline, consumers: readonly Consumer[]): Promise<Flow> {
  if (pipeline.control === undefined) throw usageError('flow looks at the pipeline on this machine only');
  return localFlow(pipeline, consumers, await pipeline.control.ask('flow', {}));
}

function show({ pipeline, terminal }: Scope, flow: Flow): void {
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof flowDocument>>({
      verb: 'flow',
      target: pipeline.deployment,
      ...flow,
    });
    return;
  }
  terminal.rows(FLOW_COLUMNS, flow.consumers.map(flowRow));
  terminal.note(flowNote(flow));
  for (const { what, why } of flow.unavailable) {
    terminal.note(`✖ ${terminalText(what)}: ${terminalText(why)}`);
  }
}
