import { countLines, isNotCounted, rowsText } from '../../../fate/count-lines.ts';
import { Key } from '../parts/shown.tsx';
import { Said } from '../parts/trouble.tsx';

type Row = Readonly<Record<string, unknown>>;

/** Whether the row tells of a count, or why there is none. */
export const hasProfile = (row: Row): boolean => isNotCounted(row) || rowsText(row) !== undefined;

const MOST_COLUMNS = 40;

/** What a row tells of the CSV: its rows, columns, how it was read and what is odd about it; or why it was not counted. */
export function CountProfile({ row }: { readonly row: Row }) {
  const { columns, error, status } = row;
  const lines = countLines(row);
  const names = Array.isArray(columns) ? columns.map(String) : [];
  if (isNotCounted(row)) {
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
        <strong class="profile-rows">{rowsText(row)}</strong>
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
