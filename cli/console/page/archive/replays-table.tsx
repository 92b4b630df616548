import type { replayListDocument } from '../../../replay/replay-documents.ts';
import { hasEnded, progressOf } from '../../../replay/replay-progress.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { useAsked } from '../asked.ts';
import { isLocal } from '../live.ts';
import { CommandLine } from '../parts/command-line.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Link } from '../parts/link.tsx';
import { Key, Time } from '../parts/shown.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { addressOf, query } from '../route.ts';
import { ReplayState } from './replay-progress-view.tsx';

const EVERY_MS = { local: 5_000, aws: 30_000 } as const;

/** The replays of this pipeline's archive, the newest first: also those that were started elsewhere. */
export function ReplaysTable() {
  const everyMs = isLocal.value ? EVERY_MS.local : EVERY_MS.aws;
  const { document, trouble, again } = useAsked<DocumentOf<typeof replayListDocument>>(['replay', 'list'], {
    everyMs,
  });
  return (
    <section class="stack replays">
      <h2>Replays</h2>
      {trouble === undefined ? null : <Trouble of={trouble} again={again} />}
      {document === undefined ? null : document.replays.length === 0 ? (
        <p class="quiet">There was none in the last 90 days.</p>
      ) : (
        <DataTable
          caption="Replays, the newest first"
          rows={document.replays}
          keyOf={({ name }) => name}
          columns={[
            {
              heading: 'replay',
              cell: ({ name }) => (
                <Link to={toReplay(name)}>
                  <Key text={name} />
                </Link>
              ),
            },
            { heading: 'state', cell: ({ state }) => <ReplayState state={state} /> },
            {
              heading: 'done',
              isNumber: true,
              cell: (replay) =>
                hasEnded(replay.state) && replay.state !== 'COMPLETED'
                  ? '–'
                  : `${Math.floor(progressOf(replay) * 100)} %`,
            },
            { heading: 'started', cell: ({ startedAt }) => <Moment at={startedAt} /> },
            { heading: 'events from', cell: ({ since }) => <Time at={since} /> },
            { heading: 'until', cell: ({ until }) => <Time at={until} /> },
          ]}
        />
      )}
      <CommandLine args={['replay', 'list']} />
    </section>
  );
}

function Moment({ at }: { readonly at: string | undefined }) {
  return at === undefined ? <span class="quiet">–</span> : <Time at={at} />;
}

/** The same page with this replay open. */
function toReplay(name: string): string {
  const now = Object.fromEntries(query.value.keys().map((one) => [one, query.value.getAll(one)]));
  return addressOf('/archive', { ...now, replay: name });
}
