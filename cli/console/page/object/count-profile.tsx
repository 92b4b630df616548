import { Key } from '../parts/shown.tsx';
import { Said } from '../parts/trouble.tsx';
import type { ConsumerFate } from './timeline.ts';

const MOST_COLUMNS = 40;

/** What a row tells of the CSV: its rows, columns, how it was read and what is odd about it; or why it was not counted. */
export function CountProfile({ fate: { told, stored = {} } }: { readonly fate: ConsumerFate }) {
  if (told === undefined) return null;
  const { rows, lines, isNotCounted } = told;
  const { columns, error, status } = stored;
  const names = Array.isArray(columns) ? columns.map(String) : [];
  if (isNotCounted) {
    return (
      <Said tone="warn">
        <p>
          <strong>
            <Key text={String(status)} />
          </strong>{' '}
          {typeof error === 'string' ? <Key text={error} /> : null}
        </p>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </Said>
    );
  }
  return (
    <div class="profile">
      <p>
        <strong class="profile-rows">{rows}</strong>
      </p>
      <ul>
        {lines.map((line) => (
          <li key={line} class={line.startsWith('!') ? 'is-warning' : undefined}>
            <Key text={line} />
          </li>
        ))}
      </ul>
      {names.length === 0 ? null : (
        <ol class="row profile-columns" aria-label="Columns">
          {names.slice(0, MOST_COLUMNS).map((name, index) => (
            <li key={index}>{name.trim() === '' ? <em>{JSON.stringify(name)}</em> : <Key text={name} />}</li>
          ))}
          {names.length > MOST_COLUMNS ? <li>… {names.length - MOST_COLUMNS} more</li> : null}
        </ol>
      )}
    </div>
  );
}
