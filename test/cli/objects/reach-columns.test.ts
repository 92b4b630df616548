import { expect, test } from 'vitest';
import { reachColumns } from '../../../cli/objects/reach-columns.ts';
import type { Route } from '../../../cli/pipeline/routing.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';

const route = (name: string, isEnabled: boolean) => ({ consumer: { name }, isEnabled }) as Route;

test('an object that reaches a consumer has no green tick for it: what became of it is not known here', () => {
  const routes = [route('counter', true), route('paused', false), route('other', true)];
  const { cells } = reachColumns({ isTable: true } as Terminal, routes);

  expect(cells(routes.slice(0, 2))).toEqual([
    { value: '•' },
    { value: '!', style: 'yellow' },
    { value: '–', style: 'dim' },
  ]);
});
