import { useEffect, useState } from 'preact/hooks';
import { EXIT } from '../../../exit-code.ts';
import type { replayCancelDocument } from '../../../replay/replay-documents.ts';
import { hasEnded, progressOf } from '../../../replay/replay-progress.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { countText } from '../../../terminal/units.ts';
import { useAsked, type Asked } from '../asked.ts';
import { isLocal } from '../live.ts';
import { Action } from '../parts/action.tsx';
import { Button } from '../parts/button.tsx';
import { Chip, type Tone } from '../parts/chip.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Link } from '../parts/link.tsx';
import { ProgressBar } from '../parts/progress-bar.tsx';
import { Key, Time } from '../parts/shown.tsx';
import { Said, Trouble } from '../parts/trouble.tsx';
import { addressOf, setFilters } from '../route.ts';
import { isMoving, leftText, toldConsumers, type ReplayShown } from './replay-words.ts';

const EVERY_MS = { local: 1_000, aws: 10_000 } as const;

/** Asks where a replay is, again and again as long as something of it moves. */
export function useReplay(name: string | null): Asked<ReplayShown> {
  const [overName, setOverName] = useState<string | null>(null);
  const everyMs = isLocal.value ? EVERY_MS.local : EVERY_MS.aws;
  const asked = useAsked<ReplayShown>(
    name === null ? undefined : ['replay', 'show', '--', name],
    name === overName ? {} : { everyMs },
  );
  const { document, exitCode } = asked;
  const isOver =
    exitCode === EXIT.nothingMatched ||
    (document !== undefined && hasEnded(document.replay.state) && !isMoving(document));
  useEffect(() => {
    if (isOver) setOverName(name);
  }, [isOver, name]);
  return asked;
}

const TONES: Readonly<Record<string, Tone>> = { COMPLETED: 'good', FAILED: 'bad', CANCELLED: 'quiet' };

export function ReplayState({ state }: { readonly state: string }) {
  return <Chip tone={TONES[state] ?? 'wait'} text={state.toLowerCase()} />;
}

/** How far a replay is, what it brought about, and what is left of it. */
export function ReplayProgress({
  name,
  asked,
}: {
  readonly name: string;
  readonly asked: Asked<ReplayShown>;
}) {
  const { document, trouble, again } = asked;
  return (
    <section class="card stack" aria-label={`Replay ${name}`}>
      <div class="replay-head">
        <h2>
          Replay <Key text={name} />
        </h2>
        <div class="row">
          {document === undefined ? null : <ReplayState state={document.replay.state} />}
          {document === undefined || hasEnded(document.replay.state) ? null : <Cancel name={name} />}
          <Button kind="bare" isSmall onClick={() => setFilters({ replay: undefined })}>
            Close
          </Button>
        </div>
      </div>
      {trouble === undefined ? null : <Trouble of={trouble} again={again} />}
      {document === undefined ? (
        trouble === undefined ? (
          <p class="quiet">Asking …</p>
        ) : null
      ) : (
        <Shown of={document} />
      )}
      <CommandLine args={['replay', 'show', '--', name]} />
    </section>
  );
}

function Shown({ of: document }: { readonly of: ReplayShown }) {
  const { replay } = document;
  const share = Math.floor(progressOf(replay) * 100);
  const left = leftText(document);
  return (
    <>
      {replay.stateReason === undefined ? null : (
        <Said tone="warn">
          <Key text={replay.stateReason} />
        </Said>
      )}
      <ProgressBar
        of={{ label: 'of its time replayed', done: share, total: 100 }}
        amountText={(percent) => `${percent} %`}
      />
      <p class="quiet">
        Events from <Time at={replay.since} /> to <Time at={replay.until} />
        {replay.startedAt === undefined ? null : (
          <>
            , started <Time at={replay.startedAt} />
          </>
        )}
        {replay.lastReplayed === undefined || hasEnded(replay.state) ? null : (
          <>
            , has come to <Time at={replay.lastReplayed} />
          </>
        )}
        {replay.endedAt === undefined ? null : (
          <>
            , ended <Time at={replay.endedAt} />
          </>
        )}
      </p>
      <DataTable
        caption="What the replay brought about at each consumer"
        rows={toldConsumers(document)}
        keyOf={({ consumer }) => consumer}
        columns={[
          { heading: 'consumer', cell: ({ consumer }) => consumer },
          { heading: 'recomputed', isNumber: true, cell: ({ outcomes }) => countOr(outcomes?.recomputed) },
          {
            heading: 'already there',
            isNumber: true,
            cell: ({ outcomes }) => countOr(outcomes?.alreadyThere),
          },
          { heading: 'skipped', isNumber: true, cell: ({ outcomes }) => countOr(outcomes?.skipped) },
          { heading: 'duplicates', isNumber: true, cell: ({ outcomes }) => countOr(outcomes?.duplicates) },
          { heading: 'failed tries', isNumber: true, cell: ({ outcomes }) => countOr(outcomes?.failed) },
          {
            heading: 'still waits',
            isNumber: true,
            cell: ({ left: one }) => countText(one.waiting + one.retried),
          },
          {
            heading: 'letters',
            isNumber: true,
            cell: ({ consumer, left: { letters } }) =>
              letters !== null && letters > 0 ? (
                <Link to={addressOf('/letters', { consumer })}>{countText(letters)}</Link>
              ) : (
                countOr(letters)
              ),
          },
        ]}
      />
      {left.length === 0 ? null : (
        <Said>
          {left.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </Said>
      )}
    </>
  );
}

function Cancel({ name }: { readonly name: string }) {
  return (
    <Action<DocumentOf<typeof replayCancelDocument>>
      title="Cancel the replay"
      isSmall
      args={['replay', 'cancel', '--', name]}
      planArgs={['replay', 'cancel', '--dry-run', '--', name]}
      plan={({ replay }) => (
        <p>
          It is {replay.state.toLowerCase()}, {Math.floor(progressOf(replay) * 100)} % of its time is
          replayed. What it has replayed stays.
        </p>
      )}
      count={({ replay }) => (hasEnded(replay.state) ? 0 : 1)}
      result={({ document }) => (
        <Said tone="good">The replay is {document?.replay.state.toLowerCase() ?? 'stopped'}.</Said>
      )}
    />
  );
}

const countOr = (count: number | null | undefined): string =>
  count === undefined || count === null ? '–' : countText(count);
