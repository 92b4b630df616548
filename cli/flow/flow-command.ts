import type { Command } from 'commander';
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
import { awsFlow, awsFlowUsdPerHour } from './aws-flow.ts';
import type { Flow } from './flow.ts';
import { flowNote, flowRow, FLOW_COLUMNS } from './flow-rows.ts';
import { localFlow } from './local-flow.ts';

interface FlowFlags extends CommonFlags {
  readonly consumer?: readonly string[];
  readonly follow?: boolean;
  readonly interval?: string;
}

type PricedFlow = Flow & Pick<DocumentOf<typeof flowDocument>, 'costPerHourUsd'>;

const HELP = `
How much has gone which way, how fast it goes, and what waits: one row per consumer. On this machine the runtime counts
itself, exactly and since the first start of the data folder; rates are of the last five seconds. In AWS queues
are asked what waits, and CloudWatch, some minutes behind, what has gone in the last 15 minutes; what that costs an hour is said.

  sluice flow
  sluice flow --follow                       again and again, until Ctrl-C
  sluice flow --follow --interval 250ms --json   a document a line, as a program wants it`;

const DEFAULT_INTERVAL = { local: '1s', aws: '30s' };
const LEAST_INTERVAL_MS = { local: 250, aws: 5_000 };

export function defineFlow(command: Command, session: Session): void {
  command
    .option('--follow', 'keep looking, until Ctrl-C')
    .option(
      '--interval <time>',
      `with --follow: how often to look (default: ${DEFAULT_INTERVAL.local}, in AWS ${DEFAULT_INTERVAL.aws})`,
    )
    .addHelpText('after', HELP);
  withTarget(withConsumers(command)).action(async (flags: FlowFlags) => {
    await session.run(flags, (scope) => showFlow(scope, flags));
  });
}

async function showFlow(scope: Scope, flags: FlowFlags): Promise<ExitCode> {
  const { pipeline, terminal, signal } = scope;
  const consumers = pipeline.consumersNamed(flags.consumer);
  const { kind } = pipeline.deployment;
  const intervalMs = parseDuration(flags.interval ?? DEFAULT_INTERVAL[kind], '--interval');
  const leastMs = LEAST_INTERVAL_MS[kind];
  if (intervalMs < leastMs) {
    throw usageError(`--interval ${flags.interval} is too often`, `${durationText(leastMs)} or more`);
  }
  for (;;) {
    const flow = await flowOf(pipeline, consumers, intervalMs);
    if (signal.aborted) return EXIT.interrupted;
    if (flags.follow === true) terminal.clear();
    show(scope, flow);
    if (flags.follow !== true) return flow.unavailable.length === 0 ? EXIT.done : EXIT.partlyDone;
    await pause(intervalMs, signal);
    if (signal.aborted) return EXIT.interrupted;
  }
}

async function flowOf(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  intervalMs: number,
): Promise<PricedFlow> {
  if (pipeline.control === undefined) {
    const flow = await awsFlow(pipeline, consumers, new Date());
    return { ...flow, costPerHourUsd: awsFlowUsdPerHour(pipeline, consumers, intervalMs) };
  }
  return localFlow(pipeline, consumers, await pipeline.control.ask('flow', {}));
}

function show({ pipeline, terminal }: Scope, flow: PricedFlow): void {
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
  if (flow.costPerHourUsd !== undefined) {
    terminal.note(`looking at this interval costs about $${flow.costPerHourUsd.toFixed(3)} an hour`);
  }
  for (const { what, why } of flow.unavailable) {
    terminal.note(`✖ ${terminalText(what)}: ${terminalText(why)}`);
  }
}
