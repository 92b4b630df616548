import { isNarrow } from '../live.ts';
import { Link } from '../parts/link.tsx';
import { Key, Time } from '../parts/shown.tsx';
import { WindowedList } from '../parts/windowed-list.tsx';
import { addressOf } from '../route.ts';
import type { LetterFilters, LetterSummary } from './shown-letters.ts';

const ROW_HEIGHT = { wide: 58, narrow: 82 } as const;

const LIST_HEIGHT = 500;

/** Letters, the newest first; each leads to the whole of it. */
export function LetterList({
  letters,
  filters,
}: {
  readonly letters: readonly LetterSummary[];
  readonly filters: LetterFilters;
}) {
  return (
    <WindowedList
      label="Letters, the newest first"
      items={letters}
      total={letters.length}
      height={LIST_HEIGHT}
      rowHeight={isNarrow.value ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide}
      keyOf={({ messageId }) => messageId}
      render={(letter) => <Row letter={letter} filters={filters} />}
    />
  );
}

function Row({ letter, filters }: { readonly letter: LetterSummary; readonly filters: LetterFilters }) {
  const { messageId, consumer, reason, sentAt, keys, errorMessage, errorName } = letter;
  return (
    <Link class="letter-row" to={addressOf('/letters', { ...filters, letter: messageId })}>
      <span class="letter-row-key">
        {keys[0] === undefined ? <span class="quiet">no key can be read</span> : <Key text={keys[0]} />}
        {keys.length > 1 ? <span class="quiet"> and {keys.length - 1} more</span> : null}
      </span>
      <span class="letter-row-time">
        <Time at={sentAt} />
      </span>
      <span class="letter-row-why">
        {consumer} · <Key text={reason} />
        {errorMessage === undefined && errorName === undefined ? null : (
          <>
            {' · '}
            <Key text={[errorName, errorMessage].filter((text) => text !== undefined).join(': ')} />
          </>
        )}
      </span>
    </Link>
  );
}
