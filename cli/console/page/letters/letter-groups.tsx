import { Chip } from '../parts/chip.tsx';
import { Link } from '../parts/link.tsx';
import { Age, Count, Key, Time } from '../parts/shown.tsx';
import { now } from '../live.ts';
import { addressOf } from '../route.ts';
import { durationText } from '../../../terminal/units.ts';
import { isSoon } from './expiry.ts';
import { PurgeAction, RedriveAction } from './letter-actions.tsx';
import { reasonWords } from './reason-words.ts';
import { flagsOf, type LetterGroup } from './shown-letters.ts';

/** Letters by consumer, queue and reason, each with what to do about them. */
export function LetterGroups({ groups }: { readonly groups: readonly LetterGroup[] }) {
  return (
    <ul class="letter-groups" aria-label="Letters by consumer and reason">
      {groups.map((group) => (
        <li key={`${group.consumer} ${group.kind} ${group.reason}`} class="card">
          <Group of={group} />
        </li>
      ))}
    </ul>
  );
}

function Group({ of: group }: { readonly of: LetterGroup }) {
  const { consumer, kind, reason, count, oldest, lastError } = group;
  const what = `letters of ${consumer}, ${reason}`;
  const flags = flagsOf(group);
  const { means, todo } = reasonWords(reason, { kind, canBeRedriven: group.replay === undefined });
  return (
    <>
      <div class="letter-group-head">
        <div class="letter-group-name">
          <h2>
            <Link to={addressOf('/letters', { consumer, kind, reason })}>
              <Key text={reason} />
            </Link>
          </h2>
          <p class="quiet">
            {consumer}, {kind === 'queue' ? 'letters of its queue' : 'letters of its rule'}
          </p>
        </div>
        <dl class="letter-group-facts">
          <div>
            <dt>letters</dt>
            <dd>
              <Count count={count} />
            </dd>
          </div>
          <div>
            <dt>oldest</dt>
            <dd>
              <Age at={oldest} />
            </dd>
          </div>
          <div>
            <dt>first is dropped</dt>
            <dd>
              <Expiry at={group.expires} />
            </dd>
          </div>
        </dl>
        <div class="row">
          {group.replay === undefined ? (
            <RedriveAction what={what} flags={flags} isSmall />
          ) : (
            <ReplayLink group={group} />
          )}
          <PurgeAction what={what} flags={flags} isSmall />
        </div>
      </div>
      {lastError === undefined ? null : (
        <p class="letter-error">
          <span class="quiet">Newest error: </span>
          <Key text={lastError} />
        </p>
      )}
      <p class="quiet">
        {means} {todo}
      </p>
    </>
  );
}

/** When the queue drops a letter; one that has not long is warned of. */
export function Expiry({ at }: { readonly at: string }) {
  const leftMs = Date.parse(at) - now.value;
  if (!isSoon(at, now.value)) return <Time at={at} />;
  return (
    <Chip
      tone={leftMs > 0 ? 'warn' : 'bad'}
      text={leftMs > 0 ? `in ${durationText(leftMs)}` : 'any moment'}
      title={at}
    />
  );
}

/** Leads to the replay that delivers letters which have no queue to go back to. */
export function ReplayLink({ group }: { readonly group: LetterGroup }) {
  return (
    <Link
      class="button is-small"
      to={addressOf('/archive', { ...group.replay, consumer: group.consumer })}
      title="They cannot be redriven: the archive delivers them again"
    >
      Replay instead
    </Link>
  );
}
