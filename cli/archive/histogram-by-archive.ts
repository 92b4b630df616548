import type { LocalControl } from '../pipeline/local-control.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { periodFields, type Histogram, type HistogramQuestion } from './histogram.ts';
import { periodsOf } from './periods.ts';

const DAY_MS = 86_400_000;

/** The events that the local runtime's archive holds, counted. */
export async function histogramByArchive(
  { archiveName: name }: Pipeline,
  control: LocalControl,
  { since, until, most }: HistogramQuestion,
): Promise<Histogram> {
  const from = since ?? (await oldestIn(control, name, until));
  const periods = periodsOf({ since: from, until, most });
  const { counts, oldest, newest } = await control.ask('archive-histogram', {
    name,
    since: (periods.starts[0] ?? until).toISOString(),
    // the control call, like a replay, includes both times
    until: new Date(until.getTime() - 1).toISOString(),
    period: String(periods.seconds),
  });
  const types = [...Map.groupBy(counts, ({ detailType }) => detailType)].map(([type, ofType]) => {
    const byPeriod = new Map(ofType.map(({ period, events }) => [period, events]));
    return { type, events: periods.starts.map((_, period) => byPeriod.get(period) ?? 0) };
  });
  return {
    ...periodFields(periods, until),
    countedBy: 'archive',
    isCounted: true,
    types: types.toSorted((left, right) => (left.type < right.type ? -1 : 1)),
    oldest,
    newest,
  };
}

/** A day before, in an archive that has none before then. */
async function oldestIn(control: LocalControl, name: string, until: Date): Promise<Date> {
  const moment = until.toISOString();
  // of no time but for its oldest event
  const { oldest } = await control.ask('archive-histogram', {
    name,
    since: moment,
    until: moment,
    period: '1',
  });
  return oldest === null || oldest >= moment ? new Date(until.getTime() - DAY_MS) : new Date(oldest);
}
