import type { OutcomesByConsumer } from '../fate/listed-outcomes.ts';
import { OUTCOME_LOOKS } from '../fate/outcome-looks.ts';
import type { Route } from '../pipeline/routing.ts';
import type { Cell, Column, TableLine } from '../terminal/cell.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { reachColumns } from './reach-columns.ts';

/** An object of a list, as a line shows it. */
export interface ListedLine {
  readonly key: string;
  readonly size?: number | undefined;
  readonly lastModified: string;
  readonly isDeleteMarker?: boolean;
  readonly reached: readonly Route[];
  readonly outcomes?: OutcomesByConsumer;
}

/** How lists of objects look: a table on a terminal, elsewhere a line each. */
export interface ListedRows {
  readonly columns: readonly Column[];
  readonly line: (object: ListedLine) => TableLine;
}

/** @param routes every one that an object could take */
export function listedRows(terminal: Terminal, routes: readonly Route[], hasOutcomes: boolean): ListedRows {
  const { columns, cells } = hasOutcomes
    ? outcomeColumns(terminal, routes)
    : reachedColumns(terminal, routes);
  return {
    columns: [
      { heading: 'key', kind: 'key' },
      { heading: 'size', kind: 'size' },
      { heading: 'modified', kind: 'time' },
      ...columns,
    ],
    line: (object) => [
      object.key,
      object.isDeleteMarker === true ? 'deleted' : object.size,
      object.lastModified,
      ...cells(object),
    ],
  };
}

interface LastColumns {
  readonly columns: readonly Column[];
  readonly cells: (object: ListedLine) => readonly Cell[];
}

function reachedColumns(terminal: Terminal, routes: readonly Route[]): LastColumns {
  const { columns, cells } = reachColumns(terminal, routes);
  return { columns, cells: ({ reached }) => cells(reached) };
}

/** A sign for each consumer, and below in words what is not as it should be; elsewhere one field: `one-consumer recorded, another waiting`. */
function outcomeColumns(terminal: Terminal, routes: readonly Route[]): LastColumns {
  const names = routes.map(({ consumer }) => consumer.name);
  if (!terminal.isTable) {
    return {
      columns: [{ heading: 'outcomes', kind: 'text' }],
      cells: ({ outcomes = {} }) => [names.map((name) => `${name} ${outcomes[name] ?? ''}`).join(', ')],
    };
  }
  return {
    columns: [
      ...names.map((heading) => ({ heading, kind: 'tick' }) as const),
      { heading: 'outcome', kind: 'below' },
    ],
    cells: ({ outcomes = {} }) => [
      ...names.map((name): Cell => {
        const [value, style] = OUTCOME_LOOKS[outcomes[name] ?? 'unknown'];
        return { value, style };
      }),
      {
        value: names
          .filter((name) => ['red', 'yellow'].includes(OUTCOME_LOOKS[outcomes[name] ?? 'unknown'][1]))
          .map((name) => `${name}: ${outcomes[name] ?? 'unknown'}`)
          .join(', '),
        style: 'dim',
      },
    ],
  };
}
