import { useMemo } from 'preact/hooks';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { useAsked } from '../asked.ts';
import { isLocal, isWatched } from '../live.ts';
import { PageHead } from '../page-head.tsx';
import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Said, Trouble } from '../parts/trouble.tsx';
import { query } from '../route.ts';
import { session } from '../session.ts';
import { ChartCard } from './chart-card.tsx';
import { ChartFilters, viewIn } from './chart-filters.tsx';
import { askEveryMs, costPerHour, metricsArgs, windowIn } from './chart-window.ts';
import './charts.css';
import { chartsCsv } from './charts-csv.ts';
import { chartsIn, latestPeriod, type Chart, type MetricsDocument } from './charts-in.ts';
import { ReadingTable } from './reading-table.tsx';
import { saveFile } from './save-file.ts';

/** How each consumer did over time. */
export function ChartsPage() {
  const window = windowIn(query.value);
  const args = metricsArgs(window);
  const everyMs = askEveryMs(window, isLocal.value);
  const { document, trouble, isAsking, again } = useAsked<MetricsDocument>(args, {
    ...(everyMs !== undefined && { everyMs }),
    afterChanges: false,
  });
  return (
    <>
      <PageHead
        title="Charts"
        actions={
          <>
            <Button onClick={again} isDisabled={isAsking}>
              Look again
            </Button>
            <Button
              isDisabled={document === undefined}
              onClick={() =>
                saveFile(
                  'sluice-metrics.csv',
                  new Blob([chartsCsv(document!, viewIn(query.value))], { type: 'text/csv' }),
                )
              }
            >
              CSV
            </Button>
          </>
        }
      >
        How each consumer did over time. Point at a chart, or go through it with the arrow keys, to read all
        of them at one time.
      </PageHead>
      <div class="stack">
        <ChartFilters
          consumers={document?.consumers.map(({ consumer }) => consumer) ?? session.value?.consumers ?? []}
          window={window}
        />
        {trouble === undefined ? null : <Trouble of={trouble} again={again} />}
        {document === undefined ? (
          trouble === undefined ? (
            <p class="quiet waiting chart-waiting">Asking for the measures …</p>
          ) : null
        ) : (
          <>
            <Cost document={document} everyMs={everyMs} />
            {document.unavailable.map(({ what, why }) => (
              <Said key={what} tone="warn">
                {terminalText(what)} is not available: {terminalText(why)}
              </Said>
            ))}
            <Charts document={document} />
          </>
        )}
        <CommandLine args={args} />
      </div>
    </>
  );
}

/** In AWS every look costs a little. */
function Cost({
  document: { costUsd },
  everyMs,
}: {
  readonly document: MetricsDocument;
  readonly everyMs: number | undefined;
}) {
  if (isLocal.value) return null;
  const again =
    everyMs === undefined
      ? ''
      : isWatched.value
        ? `; watched, about $${costPerHour(costUsd, everyMs).toFixed(3)} an hour`
        : `; it stands still until you press Watch, which would cost about $${costPerHour(costUsd, everyMs).toFixed(3)} an hour for this page`;
  return (
    <p class="quiet">
      By CloudWatch, some minutes behind. This look cost about ${costUsd.toFixed(4)}
      {again}.
    </p>
  );
}

function Charts({ document }: { readonly document: MetricsDocument }) {
  const view = viewIn(query.value);
  const viewText = JSON.stringify(view);
  const times = useMemo(() => document.times.map((time) => Date.parse(time) / 1_000), [document]);
  const charts = useMemo(() => chartsIn(document, view), [document, viewText]);
  const latest = latestPeriod(document);
  const { stack } = document.target;
  const windowText = `${stack}, ${document.since} to ${document.until}`;
  const card = (chart: Chart) => (
    <ChartCard key={chart.id} chart={chart} times={times} latest={latest} windowText={windowText} />
  );
  return (
    <div class="charts-body">
      <div class="stack">
        {[...Map.groupBy(charts, ({ consumer }) => consumer)].map(([consumer, own]) => (
          <section key={consumer ?? ''} class="stack" aria-label={consumer ?? 'Charts'}>
            <h2 class={consumer === undefined ? 'unseen' : undefined}>{consumer ?? 'Charts'}</h2>
            <div class="charts-grid">{own.map(card)}</div>
          </section>
        ))}
      </div>
      <ReadingTable document={document} view={view} times={times} latest={latest} />
    </div>
  );
}
