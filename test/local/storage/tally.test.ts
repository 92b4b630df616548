import { afterEach, describe, expect, test } from 'vitest';
import { Store } from '../../../local/store.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const stores: Store[] = [];
function open(folder: string): Store {
  const store = new Store(folder);
  stores.push(store);
  return store;
}

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

describe('a tally', () => {
  test('adds up, over restarts too, and names only what is not 0', () => {
    const folder = temporaryFolder('tally');
    const first = open(folder);
    new Tally(first).add('expired-messages', 3);
    new Tally(first).add('given-back', 0);
    first.close();

    const tally = new Tally(open(folder));
    tally.add('expired-messages');

    expect(tally.counts()).toEqual({ 'expired-messages': 4 });
  });

  test('does not count what was not done', () => {
    const store = open(temporaryFolder('tally'));
    const tally = new Tally(store);
    expect(() =>
      store.transaction(() => {
        tally.add('given-back');
        throw new Error('undo');
      }),
    ).toThrow('undo');

    expect(tally.counts()).toEqual({});
  });
});
