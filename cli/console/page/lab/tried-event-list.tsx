import { Key, Time } from '../parts/shown.tsx';
import { WindowedList } from '../parts/windowed-list.tsx';
import { missedText } from '../parts/clauses.tsx';
import { setFilters } from '../route.ts';
import type { TriedEvent } from './tried-events.ts';
import './lab.css';

const ROW_PX = 68;

/** Recent events with what the pattern says of each; one can be chosen. */
export function EventList({
  tried,
  chosen,
}: {
  readonly tried: readonly TriedEvent[];
  readonly chosen: string | undefined;
}) {
  return (
    <WindowedList
      label="Events"
      items={tried}
      rowHeight={ROW_PX}
      height={ROW_PX * 7.5}
      keyOf={({ id }) => id}
      total={tried.length}
      render={(event) => <EventRow event={event} isChosen={event.id === chosen} />}
    />
  );
}

function EventRow({ event, isChosen }: { readonly event: TriedEvent; readonly isChosen: boolean }) {
  const { id, key, type, time, matched, matchedBefore, clauses } = event;
  return (
    <button
      type="button"
      class={`lab-event${isChosen ? ' is-chosen' : ''}`}
      aria-pressed={isChosen}
      onClick={() => setFilters({ event: isChosen ? undefined : id }, { replace: false })}
    >
      <span class={`sign ${matched ? 'good' : 'bad'}`} aria-hidden="true">
        {matched ? '✔' : '✖'}
      </span>
      <span class="lab-event-text">
        <span class="lab-cut">
          <span class="unseen">{matched ? 'matches: ' : 'does not match: '}</span>
          <Key text={key ?? type} />
        </span>
        <span class="lab-cut quiet">
          {type} <Time at={time} />
          {change(matched, matchedBefore)}
        </span>
        <span class="lab-cut quiet">{missedText(clauses)}</span>
      </span>
    </button>
  );
}

function change(matched: boolean, before: boolean | undefined): string {
  if (before === undefined || before === matched) return '';
  return matched ? ' · newly' : ' · no longer';
}
