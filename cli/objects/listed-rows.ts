import type { Route } from '../pipeline/routing.ts';
import type { Column, TableLine } from '../terminal/cell.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { reachColumns } from './reach-columns.ts';

/** An object of a list, as a line shows it. */
export interface ListedLine {
  readonly key: string;
  /** Absent for what is deleted. */
  readonly size?: number;
  readonly lastModified: string;
  readonly reached: readonly Route[];
}

/** How lists of objects look: a table on a terminal, elsewhere a line each. */
export interface ListedRows {
  readonly columns: readonly Column[];
  readonly line: (object: ListedLine) => TableLine;
}

/** @param routes every one that an object could take */
export function listedRows(terminal: Terminal, routes: readonly Route[]): ListedRows {
  const reach = reachColumns(terminal, routes);
  return {
    columns: [
      { heading: 'key', kind: 'key' },
      { heading: 'size', kind: 'size' },
      { heading: 'modified', kind: 'time' },
      ...reach.columns,
    ],
    line: ({ key, size = 'deleted', lastModified, reached }) => [
      key,
      size,
      lastModified,
      ...reach.cells(reached),
    ],
  };
}
