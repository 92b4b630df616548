import { useState } from 'preact/hooks';
import type { replayDocument } from '../../../replay/replay-documents.ts';
import type { statusDocument } from '../../../status/status-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { countText, plural } from '../../../terminal/units.ts';
import { useAsked } from '../asked.ts';
import { isLocal } from '../live.ts';
import { Action } from '../parts/action.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Field } from '../parts/field.tsx';
import { Key, Time } from '../parts/shown.tsx';
import { Said } from '../parts/trouble.tsx';
import { query, setFilters } from '../route.ts';
import { session } from '../session.ts';
import { defaultName, previewArgs, reachesLastMinutes, startArgs } from './replay-request.ts';
import type { TimeWindow } from './time-window.ts';

type ReplayDocument = DocumentOf<typeof replayDocument>;

/** Chooses to whom the events of the chosen time are played again, shows what that would bring, and starts it. */
export function ReplayForm({ window, nowMs }: { readonly window: TimeWindow; readonly nowMs: number }) {
  const [name, setName] = useState(() => defaultName(nowMs));
  const [isForced, setForced] = useState(false);
  const asksForForce = !isLocal.value && reachesLastMinutes(window, nowMs);
  const consumers = query.value.getAll('consumer');
  const request = { window, consumers, name, isForced: isForced && asksForForce };
  return (
    <div class="stack">
      <Consumers chosen={consumers} />
      {asksForForce ? (
        <label class="check">
          <input
            type="checkbox"
            checked={isForced}
            onChange={({ currentTarget }) => setForced(currentTarget.checked)}
          />
          <span>
            Include the last ten minutes, some of which the archive may lack <code>--force</code>
          </span>
        </label>
      ) : null}
      <div class="row">
        <Action<ReplayDocument>
          title="Replay"
          kind="main"
          args={startArgs(request)}
          planArgs={previewArgs(request)}
          choices={
            <Field label="Name" hint="1 to 64 letters, digits, dots, hyphens, underscores">
              <input
                autoComplete="off"
                spellcheck={false}
                maxLength={64}
                value={name}
                onInput={({ currentTarget }) => setName(currentTarget.value)}
              />
            </Field>
          }
          plan={(document) => <Preview of={document} />}
          count={({ preview }) => preview.events}
          result={({ document }) =>
            document?.replay === undefined ? null : (
              <Said tone="good">
                {document.isNew === true
                  ? 'The replay has started'
                  : 'A replay of this name was there already'}
                : <Key text={document.replay.name} />. It goes on when this page is closed, and stands in the
                list of replays.
              </Said>
            )
          }
          onDone={({ document }) => {
            const started = document?.replay?.name;
            if (started === undefined) return;
            setFilters({ replay: started });
            setName(defaultName(Date.now()));
          }}
        />
        <span class="quiet">first shows how many events to whom, and which rows could change</span>
      </div>
    </div>
  );
}

function Consumers({ chosen }: { readonly chosen: readonly string[] }) {
  const { document } = useAsked<DocumentOf<typeof statusDocument>>(['status']);
  const all = session.value!.consumers;
  const isDisabled = (name: string): boolean =>
    document?.consumers.find((consumer) => consumer.name === name)?.rule === 'disabled';
  const isOn = (name: string): boolean => chosen.length === 0 || chosen.includes(name);
  const toggle = (name: string): void => {
    const next = all.filter((one) => (one === name ? !isOn(one) : isOn(one)));
    // all of them are none by name: one that is added later is reached too
    if (next.length > 0) setFilters({ consumer: next.length === all.length ? undefined : next });
  };
  return (
    <fieldset class="checks">
      <legend>To which consumers</legend>
      {all.map((name) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={isOn(name)}
            disabled={chosen.length === 1 && chosen[0] === name}
            onChange={() => toggle(name)}
          />
          <span>
            {name}
            {isDisabled(name) ? <span class="quiet"> gets nothing: its rule is disabled</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** What a replay would bring to each consumer. */
function Preview({ of: { since, until, preview } }: { readonly of: ReplayDocument }) {
  const { events, costUsd, countedBy, consumers } = preview;
  const cost = `$${costUsd.toFixed(2)}`;
  return (
    <>
      <p>
        Events from <Time at={since} /> to <Time at={until} />, to the rules of this stack and to no other.
      </p>
      <DataTable
        caption="What each consumer would get"
        rows={consumers}
        keyOf={({ consumer }) => consumer}
        columns={[
          { heading: 'consumer', cell: ({ consumer }) => consumer },
          { heading: 'events', isNumber: true, cell: (one) => countText(one.events) },
          { heading: 'rows behind', isNumber: true, cell: ({ rows }) => countOr(rows?.behind) },
          { heading: 'already there', isNumber: true, cell: ({ rows }) => countOr(rows?.current) },
          { heading: 'newer there', isNumber: true, cell: ({ rows }) => countOr(rows?.newer) },
        ]}
      />
      <p class="quiet">
        {countedBy === 'archive'
          ? `${plural(events, 'event')} in the archive; in AWS EventBridge would bill ${cost}. Rows behind will change; those that are already there change only if a REVISION was raised.`
          : `About ${plural(events, 'event')}, by what the rules delivered then: CloudWatch does not promise all. EventBridge bills about ${cost}, the consumers’ work comes on top. Which rows could change nobody can tell: AWS lets nobody read an archive.`}
      </p>
    </>
  );
}

const countOr = (count: number | undefined): string => (count === undefined ? '–' : countText(count));
