import type { Cell, Column } from '../terminal/cell.ts';
import { reachedText, type Route } from '../pipeline/routing.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Which consumers an object reaches: a dot for each on a terminal (a green tick would say that it came to something); elsewhere one field with their names. */
export interface Reach {
  readonly columns: readonly Column[];
  readonly cells: (reached: readonly Route[]) => readonly Cell[];
}

/** @param routes every one that an object could take */
export function reachColumns(terminal: Terminal, routes: readonly Route[]): Reach {
  if (!terminal.isTable) {
    return {
      columns: [{ heading: 'reaches', kind: 'text' }],
      cells: (reached) => [reachedText(reached)],
    };
  }
  return {
    columns: routes.map(({ consumer }) => ({ heading: consumer.name, kind: 'tick' })),
    cells: (reached) =>
      routes.map((route) => {
        if (!reached.includes(route)) return { value: '–', style: 'dim' };
        return route.isEnabled ? { value: '•' } : { value: '!', style: 'yellow' };
      }),
  };
}

/** What `!` means, where there is one. */
export function noteDisabled(terminal: Terminal, routes: readonly Route[]): void {
  for (const { consumer, isEnabled } of routes) {
    if (!isEnabled) terminal.note(`! the rule of ${consumer.name} is disabled: nothing reaches it`);
  }
}
