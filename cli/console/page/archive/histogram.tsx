import { useRef, useState } from 'preact/hooks';
import { countText, plural } from '../../../terminal/units.ts';
import { isNarrow, now } from '../live.ts';
import { localTime } from '../parts/shown.tsx';
import { beginDrag, borderOf, dragged, lastBorder, movedEnd, type BrushGround, type Drag } from './brush.ts';
import {
  barsOf,
  eventsIn,
  groundOf,
  roundedUp,
  ticksOf,
  type ArchiveDocument,
  type Bar,
} from './histogram-bars.ts';
import { momentAt, shareOf, type TimeWindow } from './time-window.ts';

/** A replay on the histogram's scale. */
interface ReplayMark {
  readonly window: TimeWindow;
  /** The time of the event that was replayed last. */
  readonly lastMs: number | undefined;
}

export interface HistogramProps {
  readonly document: ArchiveDocument;
  readonly chosen: TimeWindow | undefined;
  readonly onChoice: (chosen: TimeWindow) => void;
  readonly mark?: ReplayMark | undefined;
}

const percent = (share: number): string => `${share * 100}%`;

/** So near to an end of what is chosen, a pointer takes that end. */
const REACH_PX = 10;

const timeText = (ms: number): string => localTime(new Date(ms), new Date(now.value));

/** Archived events over time. A time in it is chosen by dragging, or with the two sliders below. */
export function Histogram({ document, chosen: given, onChoice, mark }: HistogramProps) {
  const plot = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<Drag & { readonly toMs: number }>();
  const [pointed, setPointed] = useState<number>();
  const bars = barsOf(document);
  const ground = groundOf(document);
  const top = roundedUp(Math.max(0, ...bars.map(({ total }) => total)));
  const chosen = drag === undefined ? given : dragged(drag, drag.toMs, ground);
  const msAt = ({ clientX }: PointerEvent): number => {
    const { left, width } = plot.current!.getBoundingClientRect();
    return momentAt((clientX - left) / width, ground.view);
  };
  const begin = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { width } = plot.current!.getBoundingClientRect();
    const reachMs = (REACH_PX / width) * (ground.view.toMs - ground.view.fromMs);
    const atMs = msAt(event);
    plot.current!.setPointerCapture(event.pointerId);
    setDrag({ ...beginDrag(atMs, given, reachMs), toMs: atMs });
  };
  const move = (event: PointerEvent): void => {
    const atMs = msAt(event);
    setPointed(Math.min(bars.length - 1, Math.floor((atMs - ground.view.fromMs) / ground.periodMs)));
    if (drag !== undefined) setDrag({ ...drag, toMs: atMs });
  };
  const end = (event: PointerEvent): void => {
    if (drag === undefined) return;
    setDrag(undefined);
    onChoice(dragged(drag, msAt(event), ground));
  };
  const total = bars.reduce((sum, bar) => sum + bar.total, 0);
  return (
    <figure class="histogram">
      <figcaption class="histogram-head">
        <Legend document={document} />
        <span class="histogram-readout number" aria-hidden="true">
          <Readout bar={pointed === undefined ? undefined : bars[pointed]} document={document} />
        </span>
      </figcaption>
      <div class="histogram-body">
        <div class="histogram-scale quiet number" aria-hidden="true">
          <span>{countText(top)}</span>
          <span>{top > 1 ? countText(top / 2) : ''}</span>
          <span>0</span>
        </div>
        <div
          ref={plot}
          class="histogram-plot"
          role="img"
          aria-label={`${plural(total, 'event')} from ${timeText(ground.view.fromMs)} to ${timeText(ground.view.toMs)}`}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={end}
          onPointerCancel={() => setDrag(undefined)}
          onPointerLeave={() => setPointed(undefined)}
        >
          <Bars bars={bars} top={top} chosen={chosen} ground={ground} />
          {chosen === undefined ? null : <Span class="histogram-chosen" of={chosen} view={ground.view} />}
          {mark === undefined ? null : <Span class="histogram-replay" of={mark.window} view={ground.view} />}
          {mark?.lastMs === undefined ? null : (
            <span
              class="histogram-last"
              title="The event that was replayed last"
              style={{ left: percent(shareOf(mark.lastMs, ground.view)) }}
            />
          )}
        </div>
        <Axis bars={bars} />
        <Ends bars={bars} ground={ground} chosen={chosen} onChoice={onChoice} />
      </div>
    </figure>
  );
}

function Legend({ document: { types } }: { readonly document: ArchiveDocument }) {
  return (
    <ul class="histogram-legend">
      {types.map(({ type, events }, at) => (
        <li key={type}>
          <span class={`histogram-sign is-type-${at % 4}`} aria-hidden="true" />
          {type === 'any' ? 'events of any kind' : type}{' '}
          <span class="quiet number">{countText(events.reduce((sum, one) => sum + one, 0))}</span>
        </li>
      ))}
    </ul>
  );
}

function Readout({ bar, document }: { readonly bar: Bar | undefined; readonly document: ArchiveDocument }) {
  if (bar === undefined) return <>{'\u00a0'}</>;
  const counts = document.types.map(({ type }, at) => `${countText(bar.byType[at] ?? 0)} ${type}`).join(', ');
  return (
    <>
      {timeText(bar.startMs)} to {timeText(bar.startMs + document.periodSeconds * 1_000)}:{' '}
      {counts === '' ? 'no event' : counts}
    </>
  );
}

function Bars({
  bars,
  top,
  chosen,
  ground,
}: {
  readonly bars: readonly Bar[];
  readonly top: number;
  readonly chosen: TimeWindow | undefined;
  readonly ground: BrushGround;
}) {
  const width = 100 / bars.length;
  return (
    <svg width="100%" height="100%" aria-hidden="true">
      {[0, 0.5].map((share) => (
        <line key={share} class="histogram-line" x1="0" x2="100%" y1={percent(share)} y2={percent(share)} />
      ))}
      {bars.map(({ startMs, byType }, at) => {
        const isOut =
          chosen !== undefined && (startMs + ground.periodMs <= chosen.fromMs || startMs >= chosen.toMs);
        let below = 0;
        return byType.map((events, type) => {
          if (events === 0) return null;
          below += events;
          return (
            <rect
              key={`${at} ${type}`}
              class={`is-type-${type % 4}${isOut ? ' is-out' : ''}`}
              x={`${(at + 0.1) * width}%`}
              width={`${width * 0.8}%`}
              y={percent(1 - below / top)}
              height={percent(events / top)}
            />
          );
        });
      })}
    </svg>
  );
}

/** A window as a box over the plot; what lies beyond the view is not drawn. */
function Span({
  class: name,
  of,
  view,
}: {
  readonly class: string;
  readonly of: TimeWindow;
  readonly view: TimeWindow;
}) {
  if (of.toMs <= view.fromMs || of.fromMs >= view.toMs) return null;
  const [left, right] = [shareOf(of.fromMs, view), shareOf(of.toMs, view)];
  return <span class={name} style={{ left: percent(left), width: percent(right - left) }} />;
}

function Axis({ bars }: { readonly bars: readonly Bar[] }) {
  return (
    <div class="histogram-axis quiet number" aria-hidden="true">
      {ticksOf(bars.length, isNarrow.value ? 2 : 5).map((at) => (
        <span key={at} style={{ left: percent(at / bars.length) }}>
          {timeText(bars[at]!.startMs)}
        </span>
      ))}
    </div>
  );
}

/** The two ends of what is chosen, for the keyboard: an arrow moves one by a period. */
function Ends({
  bars,
  ground,
  chosen,
  onChoice,
}: {
  readonly bars: readonly Bar[];
  readonly ground: BrushGround;
  readonly chosen: TimeWindow | undefined;
  readonly onChoice: (chosen: TimeWindow) => void;
}) {
  const shown = chosen ?? { fromMs: ground.view.fromMs, toMs: ground.view.toMs };
  return (
    <div class="histogram-ends">
      {(['from', 'to'] as const).map((end) => (
        <label key={end}>
          <span class="quiet" aria-hidden="true">
            {end}
          </span>
          <input
            type="range"
            aria-label={end === 'from' ? 'Begin of the chosen time' : 'End of the chosen time'}
            aria-valuetext={`${timeText(end === 'from' ? shown.fromMs : shown.toMs)}, ${plural(eventsIn(bars, shown), 'event')} chosen`}
            min={0}
            max={lastBorder(ground)}
            step={1}
            value={borderOf(end === 'from' ? shown.fromMs : shown.toMs, end, ground)}
            onInput={({ currentTarget }) =>
              onChoice(movedEnd(chosen, end, Number(currentTarget.value), ground))
            }
          />
        </label>
      ))}
    </div>
  );
}
