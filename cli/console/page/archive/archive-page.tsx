import { useEffect, useRef } from 'preact/hooks';
import { bytesText, countText, plural } from '../../../terminal/units.ts';
import { useAsked } from '../asked.ts';
import { isLocal, now } from '../live.ts';
import { PageHead } from '../page-head.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Empty, Said, Trouble } from '../parts/trouble.tsx';
import { query, setFilters } from '../route.ts';
import { session } from '../session.ts';
import './archive.css';
import { Histogram } from './histogram.tsx';
import { barsOf, eventsIn, type ArchiveDocument } from './histogram-bars.ts';
import { ReplayForm } from './replay-form.tsx';
import { ReplayProgress, useReplay } from './replay-progress-view.tsx';
import { ReplaysTable } from './replays-table.tsx';
import { secondText, windowOf, type TimeWindow } from './time-window.ts';
import { WindowFields } from './window-fields.tsx';
import { ZoomButtons } from './zoom-buttons.tsx';

const PERIODS = 60;
const EVERY_MS = { local: 3_000, aws: 60_000 } as const;

/** Archived events over time; a time of them is chosen, and played again. */
export function ArchivePage() {
  const chosen = windowOf(query.value.get('since'), query.value.get('until'));
  const view = windowOf(query.value.get('from'), query.value.get('to'));
  const args = ['archive', '--periods', String(PERIODS), ...flagsOf(view)];
  const everyMs = isLocal.value ? EVERY_MS.local : EVERY_MS.aws;
  const asked = useAsked<ArchiveDocument>(args, { everyMs });
  const document = useLast(asked.document);
  const replayName = query.value.get('replay');
  const replay = useReplay(replayName);
  const shownReplay = replay.document?.replay;
  const nowMs = document === undefined ? now.value : Date.parse(document.until);
  return (
    <>
      <PageHead title="Archive and replay">
        Every event is kept in the archive. Choose a time of it, and play its events again, to one consumer, a
        few or all.
      </PageHead>
      <div class="stack">
        {asked.trouble === undefined ? null : <Trouble of={asked.trouble} again={asked.again} />}
        {document === undefined ? (
          asked.trouble === undefined ? (
            <p class="quiet waiting">Counting the archive’s events …</p>
          ) : null
        ) : (
          <section class="card stack" aria-label="Archived events over time">
            <Contents of={document} />
            {document.note === undefined ? null : <Said tone="warn">{document.note}</Said>}
            <Histogram
              document={document}
              chosen={chosen}
              onChoice={choose}
              mark={
                shownReplay && {
                  window: {
                    fromMs: Date.parse(shownReplay.since),
                    toMs: Date.parse(shownReplay.until),
                  },
                  lastMs:
                    shownReplay.lastReplayed === undefined ? undefined : Date.parse(shownReplay.lastReplayed),
                }
              }
            />
            <ZoomButtons chosen={chosen} view={view} nowMs={nowMs} />
            {hasNoEvent(document) ? <NoEvents document={document} isZoomed={view !== undefined} /> : null}
            <CommandLine args={args} />
          </section>
        )}
        {document === undefined ? null : (
          <section class="card stack" aria-label="Replay a time">
            <h2>
              Replay{' '}
              {chosen === undefined ? (
                'a time of it'
              ) : (
                <span class="number">{chosenText(document, chosen)}</span>
              )}
            </h2>
            <WindowFields chosen={chosen} nowMs={nowMs} onChoice={choose} />
            {chosen === undefined ? (
              <p class="quiet">Drag over the histogram, move the two sliders below it, or type the times.</p>
            ) : session.value?.readOnly === true ? (
              <p class="quiet">This console only looks: it starts no replay.</p>
            ) : (
              <ReplayForm window={chosen} nowMs={nowMs} />
            )}
          </section>
        )}
        {replayName === null ? null : <ReplayProgress name={replayName} asked={replay} />}
        <ReplaysTable />
      </div>
    </>
  );
}

/** Chooses the time that may be replayed. */
function choose({ fromMs, toMs }: TimeWindow): void {
  setFilters({ since: secondText(fromMs), until: secondText(toMs) });
}

const flagsOf = (view: TimeWindow | undefined): readonly string[] =>
  view === undefined ? [] : ['--since', secondText(view.fromMs), '--until', secondText(view.toMs)];

const hasNoEvent = ({ types, isCounted }: ArchiveDocument): boolean => isCounted && types.length === 0;

/** How many events the chosen time holds, as far as it lies in what is drawn. */
function chosenText(document: ArchiveDocument, chosen: TimeWindow): string {
  const bars = barsOf(document);
  const isWhole =
    bars.length > 0 &&
    chosen.fromMs >= bars[0]!.startMs &&
    chosen.toMs <= Math.ceil(Date.parse(document.until) / 1_000) * 1_000;
  if (!isWhole || !document.isCounted) return 'the chosen time';
  const about = document.countedBy === 'archive' ? '' : 'about ';
  return `the chosen time: ${about}${plural(eventsIn(bars, chosen), 'event')}`;
}

function Contents({ of: { name, state, events, bytes, retentionDays } }: { readonly of: ArchiveDocument }) {
  return (
    <p class="quiet">
      <strong>{name}</strong> is {state.toLowerCase()}: {plural(events, 'event')}, {bytesText(bytes)}
      {isLocal.value ? '' : ' (up to a day behind)'}, kept{' '}
      {retentionDays === 0 ? 'for ever' : `for ${countText(retentionDays)} days`}
    </p>
  );
}

function NoEvents({
  document,
  isZoomed,
}: {
  readonly document: ArchiveDocument;
  readonly isZoomed: boolean;
}) {
  if (isZoomed || document.events > 0) return <p class="quiet">No event is in this time.</p>;
  return (
    <Empty title="The archive holds no event yet">
      <p>Upload an object: its event is kept here, and can be played again.</p>
    </Empty>
  );
}

/** The last one that there was: the page keeps its form while another is asked for. */
function useLast<Value>(value: Value | undefined): Value | undefined {
  const last = useRef(value);
  useEffect(() => {
    if (value !== undefined) last.current = value;
  }, [value]);
  return value ?? last.current;
}
