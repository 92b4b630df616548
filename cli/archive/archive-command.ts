import type { Command } from 'commander';
import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { barText } from '../terminal/bar.ts';
import type { DocumentOf } from '../terminal/document.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { parseMoment, parseWhole } from '../terminal/time.ts';
import { bytesText, durationText, plural } from '../terminal/units.ts';
import type { archiveDocument } from './archive-document.ts';
import { archiveOf } from './described-archive.ts';
import { histogramByArchive } from './histogram-by-archive.ts';
import { histogramByMetrics } from './histogram-by-metrics.ts';
import type { Histogram } from './histogram.ts';

interface ArchiveFlags extends CommonFlags {
  readonly since?: string;
  readonly until?: string;
  readonly periods: string;
}

const HELP = `
How many events came to the archive in each period of a time, by detail-type. On this machine they are counted, exactly.
AWS lets nobody read an archive, and has no metric of one: there CloudWatch's count of the archive's own rule stands in, or,
where it has none, in each period the most that any consumer's rule delivered; what is shown says which. Times are those of
the events.

  sluice archive                                   everything (in AWS the last day)
  sluice archive --since 2h --periods 120
  sluice archive --since 2026-11-20T07:00Z --until 2026-11-20T09:00Z --json

Exit code: 3 when no event is in that time, 4 when CloudWatch could not be asked. To play events again: sluice replay`;

const MOST_PERIODS = 1_000;
const BAR_WIDTH = 24;

export function defineArchive(command: Command, session: Session): void {
  command
    .option('--since <time>', 'from when: 10m, 2h, 3d ago, or ISO 8601 (default: the oldest; in AWS 1d)')
    .option('--until <time>', 'to when (default: now)')
    .option('--periods <n>', `at most so many bars, each of a round length, up to ${MOST_PERIODS}`, '30')
    .addHelpText('after', HELP);
  withTarget(command).action(async (flags: ArchiveFlags) => {
    await session.run(flags, (scope) => showArchive(scope, flags));
  });
}

async function showArchive({ pipeline, terminal }: Scope, flags: ArchiveFlags): Promise<ExitCode> {
  const now = await pipeline.now();
  const most = parseWhole(flags.periods, '--periods', 1, MOST_PERIODS);
  const until = flags.until === undefined ? now : parseMoment(flags.until, '--until', now);
  const since = flags.since === undefined ? undefined : parseMoment(flags.since, '--since', now);
  if (since !== undefined && since >= until) {
    throw usageError(
      `--since ${since.toISOString()} is not before --until ${until.toISOString()}`,
      'write the earlier time as --since',
    );
  }
  const { state, events, bytes, retentionDays } = await archiveOf(pipeline);
  const asked = { since, until, most };
  const { control } = pipeline;
  const histogram =
    control === undefined
      ? await histogramByMetrics(pipeline, asked)
      : await histogramByArchive(pipeline, control, asked);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof archiveDocument>>({
      verb: 'archive',
      target: pipeline.deployment,
      name: pipeline.archiveName,
      state,
      events,
      bytes,
      retentionDays,
      ...histogram,
    });
  } else {
    const lag = control === undefined ? ' (up to a day behind)' : '';
    const kept = retentionDays === 0 ? 'for ever' : `for ${plural(retentionDays, 'day')}`;
    terminal.note(
      `${pipeline.archiveName} is ${state}: ${plural(events, 'event')}, ${bytesText(bytes)}${lag}, kept ${kept}`,
    );
    showHistogram(terminal, histogram);
  }
  if (histogram.types.length > 0) return EXIT.done;
  return histogram.isCounted ? EXIT.nothingMatched : EXIT.partlyDone;
}

/** A row for each period; nothing where no event came in any of them. */
function showHistogram(terminal: Terminal, histogram: Histogram): void {
  const { types, times, periodSeconds, since, until, note } = histogram;
  const sums = times.map((_, index) => types.reduce((sum, { events }) => sum + (events[index] ?? 0), 0));
  const total = sums.reduce((sum, one) => sum + one, 0);
  const most = Math.max(0, ...sums);
  if (total > 0) {
    terminal.rows(
      [
        { heading: 'from', kind: 'time' },
        ...types.map(({ type }) => ({ heading: type, kind: 'count' as const })),
        ...(terminal.isTable ? [{ heading: 'events', kind: 'name' as const }] : []),
      ],
      times.map((time, index) => [
        time,
        ...types.map(({ events }) => events[index] ?? 0),
        ...(terminal.isTable ? [barText(sums[index] ?? 0, most, BAR_WIDTH)] : []),
      ]),
    );
  }
  if (histogram.isCounted) {
    terminal.note(
      `${plural(total, 'event')} from ${since} to ${until}, in periods of ${durationText(periodSeconds * 1_000)}`,
    );
  }
  if (note !== undefined) terminal.note(note);
}
