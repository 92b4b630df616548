import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from 'vitest';
import { DataFolderInUseError, DataFolderVersionError, Store } from '../../local/store.ts';
import { temporaryFolder } from '../support/assembly.ts';

const SCHEMAS = ['CREATE TABLE IF NOT EXISTS item (name TEXT) STRICT'];
const stores: Store[] = [];

function open(folder = temporaryFolder('store')): Store {
  const store = new Store(folder, SCHEMAS);
  stores.push(store);
  return store;
}

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

const add = (store: Store, name: string) => store.prepare('INSERT INTO item VALUES (?)').run(name);
const names = (store: Store) =>
  store
    .prepare('SELECT name FROM item')
    .all()
    .map((row) => row['name']);

test('a transaction is all or nothing, also when it joins another', () => {
  const store = open();
  store.transaction(() => add(store, 'kept'));
  expect(() =>
    store.transaction(() => {
      add(store, 'outer');
      store.transaction(() => add(store, 'inner'));
      throw new Error('undo');
    }),
  ).toThrow('undo');

  expect(names(store)).toEqual(['kept']);
});

test('what waits for a commit runs after it, and not after a rollback', () => {
  const store = open();
  const ran: string[] = [];
  store.transaction(() => {
    store.afterCommit(() => ran.push(`committed ${names(store).length}`));
    add(store, 'a');
    expect(ran).toEqual([]);
  });
  expect(() =>
    store.transaction(() => {
      store.afterCommit(() => ran.push('rolled back'));
      throw new Error('undo');
    }),
  ).toThrow('undo');
  store.repeatableTransaction(() => store.afterCommit(() => ran.push('repeatable')));

  expect(ran).toEqual(['committed 1', 'repeatable']);
});

test('another process cannot open the folder, until the first is gone, however it went', async () => {
  const folder = temporaryFolder('store');
  const script = `import { Store } from ${JSON.stringify(join(import.meta.dirname, '../../local/store.ts'))};
    const store = new Store(${JSON.stringify(folder)}, ${JSON.stringify(SCHEMAS)});
    store.transaction(() => store.prepare('INSERT INTO item VALUES (?)').run('acknowledged'));
    console.log('open'); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(other.stdout, 'data');

  expect(() => open(folder)).toThrow(DataFolderInUseError);
  expect(() => open(folder)).toThrow(/--data-dir/);
  other.kill('SIGKILL');
  await once(other, 'exit');

  expect(names(open(folder))).toEqual(['acknowledged']);
});

test('a folder of another version is refused, and says what to do', () => {
  const store = open();
  store.close();
  const db = new DatabaseSync(join(store.dataDir, 'sluice.db'));
  db.exec('PRAGMA user_version=999');
  db.close();

  expect(() => open(store.dataDir)).toThrow(DataFolderVersionError);
  expect(() => open(store.dataDir)).toThrow(/--fresh/);
});
