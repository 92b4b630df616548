import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Field } from '../parts/field.tsx';
import { Empty, Said, Trouble } from '../parts/trouble.tsx';
import { countText } from '../../../terminal/units.ts';
import { flow } from '../flow-feed.ts';
import { isLocal } from '../live.ts';
import { query, setFilters } from '../route.ts';
import { EventList } from './tried-event-list.tsx';
import { tallyOf, type TriedEvent } from './tried-events.ts';
import type { RecentEvents } from './use-recent-events.ts';

const SHOWN = { all: 'all', matching: 'that match', missed: 'that do not match' } as const;

/** Which of the last events the pattern matches. */
export function TriedEvents({
  recent,
  tried,
  pattern,
  isOld,
}: {
  readonly recent: RecentEvents;
  readonly tried: readonly TriedEvent[] | undefined;
  /** The one that they were tried with. */
  readonly pattern: string | undefined;
  /** What is typed now is no pattern: what is shown is of the one before. */
  readonly isOld: boolean;
}) {
  const show = query.value.get('show') ?? 'all';
  const shown = tried?.filter(({ matched }) => show === 'all' || matched === (show === 'matching'));
  return (
    <section class="stack" aria-label="Events">
      <Choices recent={recent} />
      <WhereFrom recent={recent} />
      {recent.trouble === undefined ? null : <Trouble of={recent.trouble} again={recent.again} />}
      {tried === undefined ? (
        <p class={recent.isAsking ? 'quiet waiting' : 'quiet'}>
          {recent.isAsking ? 'Reading the last events …' : 'There is no pattern to try yet.'}
        </p>
      ) : (
        <p role="status">
          <Tally tried={tried} />
          {isOld ? <span class="quiet"> by the last text that was a pattern</span> : null}
        </p>
      )}
      {shown === undefined ? null : shown.length === 0 ? (
        <Empty title={show === 'matching' ? 'It matches none of these events' : 'There is none'}>
          <p>Choose one of all events to see clause by clause why.</p>
        </Empty>
      ) : (
        <EventList tried={shown} chosen={query.value.get('event') ?? undefined} />
      )}
      {pattern === undefined ? null : <CommandLine args={sameByCommand(recent, pattern)} />}
    </section>
  );
}

function sameByCommand({ from, last }: RecentEvents, pattern: string): readonly string[] {
  return from === 'samples'
    ? ['explain', '--pattern', pattern, '--', query.value.get('key') ?? 'images/cat 1.png']
    : ['explain', '--last', String(last), '--pattern', pattern];
}

function Tally({ tried }: { readonly tried: readonly TriedEvent[] }) {
  const { matched, of, newly, noLonger } = tallyOf(tried);
  const changes = [
    ...(newly > 0 ? [`${countText(newly)} that the deployed one does not`] : []),
    ...(noLonger > 0 ? [`and no longer ${countText(noLonger)} that it does`] : []),
  ];
  return (
    <>
      <strong>
        It matches {countText(matched)} of {countText(of)} events
      </strong>
      {changes.length === 0 ? null : `, ${changes.join(', ')}`}
    </>
  );
}

function Choices({ recent }: { readonly recent: RecentEvents }) {
  const isSamples = query.value.get('from') === 'samples';
  return (
    <div class="row lab-sources">
      <Field label="Tried on">
        <select
          value={isSamples ? 'samples' : String(recent.last)}
          onChange={({ currentTarget: { value } }) =>
            setFilters({
              event: undefined,
              ...(value === 'samples' ? { from: value } : { from: undefined, last: value }),
            })
          }
        >
          {[...new Set([20, 50, 200, 1_000, recent.last])].map((last) => (
            <option key={last} value={String(last)}>
              the last {last} events
            </option>
          ))}
          <option value="samples">a sample of each kind</option>
        </select>
      </Field>
      <Field label="Shown">
        <select
          value={query.value.get('show') ?? 'all'}
          onChange={({ currentTarget }) => setFilters({ show: currentTarget.value })}
        >
          {Object.entries(SHOWN).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </Field>
      {recent.from === 'samples' ? (
        <Field label="Key of the samples">
          <input
            value={query.value.get('key') ?? ''}
            placeholder="images/cat 1.png"
            autocomplete="off"
            spellcheck={false}
            onChange={({ currentTarget }) => setFilters({ key: currentTarget.value })}
          />
        </Field>
      ) : (
        <Button isSmall onClick={recent.again} isDisabled={recent.isAsking}>
          {newer(recent)}
        </Button>
      )}
    </div>
  );
}

/** New events do not push the list away under the reader: they are offered. */
function newer({ archived }: RecentEvents): string {
  const now = flow.value?.archive.events ?? undefined;
  const more = now === undefined || archived === undefined ? 0 : now - archived;
  return more > 0 ? `Read again: ${countText(more)} newer` : 'Read again';
}

function WhereFrom({ recent }: { readonly recent: RecentEvents }) {
  if (recent.from === 'ledger') {
    return <Said>From the ledger’s last hours: AWS has no call that reads an archive.</Said>;
  }
  if (recent.from === 'archive' || query.value.get('from') === 'samples') return null;
  return (
    <Said>
      {recent.isEmpty
        ? `${isLocal.value ? 'The archive' : 'The ledger’s last hours'} holds no event yet: samples of each kind stand in for them.`
        : 'Samples of each kind stand in for the events that cannot be read.'}
    </Said>
  );
}
