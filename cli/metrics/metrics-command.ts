import { Option, type Command } from 'commander';
import { terminalText } from '../../shared/terminal-text.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { withConsumers, withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { awsMetrics } from './aws-metrics.ts';
import { localMetrics } from './local-metrics.ts';
import type { Measured } from './measured.ts';
import type { metricsDocument } from './metrics-document.ts';
import { METRICS_COLUMNS, metricsNote, metricsRow } from './metrics-rows.ts';
import { metricsWindow, type MetricsWindow, type MetricsWindowFlags } from './metrics-window.ts';

interface MetricsFlags extends CommonFlags, MetricsWindowFlags {
  readonly consumer?: readonly string[];
}

const HELP = `
Events, failures, ages, times and memory of each consumer over time, and what its function counts by itself. On a terminal
one row per consumer; with --json every series with a number for each period. On this machine the runtime keeps the record:
the last 70 minutes by 10 seconds, 8 hours by the minute and 14 days by 15 minutes, percentiles within 1 %.
In AWS CloudWatch is asked, and the answer says what that cost; it has no memory of an invocation.

  sluice metrics                             the last hour
  sluice metrics --window 14d --consumer CONSUMER
  sluice metrics --since 07:00 --until 09:00 --json`;

export function defineMetrics(command: Command, session: Session): void {
  command
    .addOption(
      new Option('--window <time>', 'how far to look back: 5m to 14d (default: 1h)').conflicts('since'),
    )
    .option('--since <time>', 'from this time on')
    .option('--until <time>', 'up to this time (default: now)')
    .addHelpText('after', HELP);
  withTarget(withConsumers(command)).action(async (flags: MetricsFlags) => {
    await session.run(flags, (scope) => showMetrics(scope, flags));
  });
}

async function showMetrics({ pipeline, terminal }: Scope, flags: MetricsFlags): Promise<ExitCode> {
  const consumers = pipeline.consumersNamed(flags.consumer);
  const window = metricsWindow(flags, await pipeline.now(), pipeline.control === undefined);
  const measured = await metricsOf(pipeline, consumers, window);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof metricsDocument>>({
      verb: 'metrics',
      target: pipeline.deployment,
      ...measured,
    });
  } else {
    terminal.rows(METRICS_COLUMNS, measured.consumers.map(metricsRow));
    terminal.note(metricsNote(measured));
    for (const { what, why } of measured.unavailable) {
      terminal.note(`✖ ${terminalText(what)}: ${terminalText(why)}`);
    }
  }
  return EXIT.done;
}

async function metricsOf(
  pipeline: Pipeline,
  consumers: readonly Consumer[],
  window: MetricsWindow,
): Promise<Measured> {
  const { control } = pipeline;
  if (control === undefined) return await awsMetrics(pipeline, consumers, window);
  const { since, until, periodSeconds } = window;
  const periods = await control.ask('measures', {
    since: since.toISOString(),
    until: until.toISOString(),
    period: String(periodSeconds),
  });
  return localMetrics(consumers, periods);
}
