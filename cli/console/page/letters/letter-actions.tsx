import type { deadPurgeDocument } from '../../../dead-letters/dead-documents.ts';
import type { redriveDocument } from '../../../dead-letters/redrive-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { plural } from '../../../terminal/units.ts';
import { Action } from '../parts/action.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Key } from '../parts/shown.tsx';
import { Said } from '../parts/trouble.tsx';
import type { LetterGroup } from './shown-letters.ts';

export interface LetterActionProps {
  /** What the flags mean, in words: `all letters`, `this letter`. */
  readonly what: string;
  /** Which letters: `['--consumer', 'x']`. */
  readonly flags: readonly string[];
  readonly isSmall?: boolean;
  /** One letter is meant: the plan says its group's reason, not the group's number. */
  readonly kind?: 'main';
}

export function RedriveAction({ what, flags, isSmall, kind }: LetterActionProps) {
  return (
    <Action<DocumentOf<typeof redriveDocument>>
      title="Redrive"
      label={`Redrive ${what}`}
      args={['redrive', ...flags]}
      {...(isSmall !== undefined && { isSmall })}
      {...(kind !== undefined && { kind })}
      plan={({ groups, failures }) => (
        <>
          <p>
            The letters go back to their consumer’s queue and are processed again. One whose cause is still
            there comes back with a new reason.
          </p>
          <GroupTable groups={groups} />
          <Failures failures={failures} heading="These stay where they are:" />
        </>
      )}
      count={({ matched }) => matched}
      result={({ document }) => (
        <>
          <Said tone="good">
            {plural(document?.moved ?? 0, 'letter')} went back to the queue of the consumer.
          </Said>
          <Failures failures={document?.failures ?? []} heading="These stay where they are:" />
        </>
      )}
    />
  );
}

export function PurgeAction({ what, flags, isSmall }: LetterActionProps) {
  return (
    <Action<DocumentOf<typeof deadPurgeDocument>>
      title="Purge"
      label={`Purge ${what}`}
      args={['dead', 'purge', ...flags]}
      countFlag="--count"
      isFinal
      {...(isSmall !== undefined && { isSmall })}
      plan={({ groups }) => (
        <>
          <p>
            The letters are deleted for good. What is purged can only come back by a replay, as long as the
            archive keeps its event.
          </p>
          <GroupTable groups={groups} />
        </>
      )}
      count={({ groups }) => groups.reduce((sum, { count }) => sum + count, 0)}
      result={({ document }) => (
        <Said tone="good">{plural(document?.purged ?? 0, 'letter')} deleted for good.</Said>
      )}
    />
  );
}

function GroupTable({ groups }: { readonly groups: readonly LetterGroup[] }) {
  if (groups.length === 0) return null;
  return (
    <DataTable
      caption="Letters by consumer, queue and reason"
      rows={groups}
      keyOf={({ consumer, kind, reason }) => `${consumer} ${kind} ${reason}`}
      columns={[
        { heading: 'consumer', cell: ({ consumer }) => consumer },
        { heading: 'letters of', cell: ({ kind }) => (kind === 'queue' ? 'its queue' : 'its rule') },
        { heading: 'reason', cell: ({ reason }) => <Key text={reason} /> },
        { heading: 'letters', isNumber: true, cell: ({ count }) => count.toLocaleString('en') },
      ]}
    />
  );
}

/** So many are shown; the command line has them all. */
const MOST_FAILURES = 5;

function Failures({
  failures,
  heading,
}: {
  readonly failures: readonly { readonly messageId: string; readonly error: string }[];
  readonly heading: string;
}) {
  if (failures.length === 0) return null;
  return (
    <Said tone="warn">
      <p>{heading}</p>
      <ul>
        {failures.slice(0, MOST_FAILURES).map(({ messageId, error }) => (
          <li key={messageId}>
            <Key text={messageId} />: <Key text={error} />
          </li>
        ))}
      </ul>
      {failures.length > MOST_FAILURES ? (
        <p>and {plural(failures.length - MOST_FAILURES, 'letter')} more</p>
      ) : null}
    </Said>
  );
}
