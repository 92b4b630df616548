import { Key, Time } from '../parts/shown.tsx';
import { JsonView } from './json-view.tsx';
import { eventsOf, type ObjectExplained } from './object-question.ts';
import type { ObjectDocument } from './timeline.ts';

/** The events about the version as the archive has them; where it has none, or nobody can read it, the one that S3 would send. */
export function EventList({
  document,
  explained,
}: {
  readonly document: ObjectDocument | undefined;
  readonly explained: ObjectExplained | undefined;
}) {
  const events = document === undefined ? [] : eventsOf(document);
  if (events.length === 0 && explained === undefined) return null;
  return (
    <section class="card stack" aria-label="Events">
      <h2>Event</h2>
      {events.length > 0 ? (
        events.map((event, index) => (
          <details key={index}>
            <summary>
              <EventTitle event={event as KnownFields} />
            </summary>
            <JsonView value={event} label="Archived event" />
          </details>
        ))
      ) : (
        <details>
          <summary>
            As S3 would publish it: {whyMadeUp(document)}, so the time, ids and requester are left out
          </summary>
          <JsonView value={explained?.event} label="Event as S3 would publish it" />
        </details>
      )}
    </section>
  );
}

interface KnownFields {
  readonly 'detail-type'?: unknown;
  readonly time?: unknown;
  readonly detail?: { readonly reason?: unknown };
}

function EventTitle({ event: { 'detail-type': type, time, detail } }: { readonly event: KnownFields }) {
  return (
    <>
      <Key text={String(type)} /> {typeof detail?.reason === 'string' ? <Key text={detail.reason} /> : null}{' '}
      {typeof time === 'string' ? <Time at={time} /> : null} <span class="quiet">from the archive</span>
    </>
  );
}

const whyMadeUp = (document: ObjectDocument | undefined): string =>
  document?.events === undefined
    ? 'nobody can read the archive here'
    : 'the archive holds none about this version';
