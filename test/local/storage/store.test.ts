import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { FIRST_TABLES } from '../../../local/storage/first-tables.ts';
import { SCHEMA_VERSION } from '../../../local/storage/store-migrations.ts';
import { DataFolderInUseError, DataFolderVersionError, Store } from '../../../local/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ITEM_TABLE = 'CREATE TABLE IF NOT EXISTS item (name TEXT) STRICT';
const stores: Store[] = [];

function open(folder = temporaryFolder('store')): Store {
  const store = new Store(folder);
  store.db.exec(ITEM_TABLE);
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

test('a commit waits for the disk, but where it may be repeated', () => {
  const store = open();
  const synchronous = () => store.db.prepare('PRAGMA synchronous').get()?.['synchronous'];
  const [normal, full] = [1, 2];

  expect(synchronous()).toBe(full);
  expect(store.repeatableTransaction(synchronous)).toBe(normal);
  expect(store.transaction(synchronous)).toBe(full);
  expect(() =>
    store.repeatableTransaction(() => {
      throw new Error('undo');
    }),
  ).toThrow('undo');
  expect(synchronous()).toBe(full);
});

describe('a transaction that others join', () => {
  test('leaves out what failed, and keeps the rest', async () => {
    const store = open();
    const told: string[] = [];
    const outcomes = await Promise.allSettled(
      ['first', 'undone', 'last'].map((name) =>
        store.joinedTransaction(() => {
          add(store, name);
          store.afterCommit(() => told.push(name));
          if (name === 'undone') throw new Error('undo');
          return name;
        }),
      ),
    );

    expect(names(store)).toEqual(['first', 'last']);
    expect(told).toEqual(['first', 'last']);
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 'first' },
      { status: 'rejected', reason: new Error('undo') },
      { status: 'fulfilled', value: 'last' },
    ]);
  });

  test('is told to nobody as done when its commit fails', async () => {
    const store = open();
    store.db.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT');
    store.db.exec('CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED) STRICT');
    const outcomes = await Promise.allSettled([
      store.joinedTransaction(() => add(store, 'one')),
      store.joinedTransaction(() => store.prepare('INSERT INTO child VALUES (1)').run()),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(names(store)).toEqual([]);
  });

  test('is undone as a whole when SQLite has undone it', async () => {
    const store = open();
    const outcomes = await Promise.allSettled([
      store.joinedTransaction(() => add(store, 'one')),
      store.joinedTransaction(() => {
        // as a full disk does
        store.db.exec('ROLLBACK');
        throw new Error('the disk is full');
      }),
      store.joinedTransaction(() => add(store, 'three')),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(names(store)).toEqual([]);
  });

  test('is one commit for all that come in a turn', async () => {
    const store = open();
    const commits: number[] = [];
    await Promise.all(
      [1, 2, 3].map((number) =>
        store.joinedTransaction(() => {
          add(store, String(number));
          store.afterCommit(() => commits.push(names(store).length));
        }),
      ),
    );

    // when the first is told, the others are there too
    expect(commits).toEqual([3, 3, 3]);
  });
});

test('another process cannot open the folder, until the first is gone, however it went', async () => {
  const folder = temporaryFolder('store');
  const script = `import { Store } from ${JSON.stringify(join(import.meta.dirname, '../../../local/store.ts'))};
    const store = new Store(${JSON.stringify(folder)});
    store.db.exec(${JSON.stringify(ITEM_TABLE)});
    store.transaction(() => store.prepare('INSERT INTO item VALUES (?)').run('acknowledged'));
    console.log('open'); setInterval(() => {}, 1000);`;
  const other = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');

  expect(() => open(folder)).toThrow(DataFolderInUseError);
  expect(() => open(folder)).toThrow(/--data-dir/);
  other.kill('SIGKILL');
  await once(other, 'exit');

  expect(names(open(folder))).toEqual(['acknowledged']);
});

/** An old or a new folder, as far as its database says. */
function folderOf(version: number, tables: string): string {
  const folder = temporaryFolder('store');
  const db = new DatabaseSync(join(folder, 'sluice.db'));
  db.exec(`${tables}; PRAGMA user_version=${version}`);
  db.close();
  return folder;
}

const tablesOf = ({ db }: Store) =>
  db.prepare("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();

describe('a data folder', () => {
  test('of 0.1 is taken over with what is in it', () => {
    const folder = folderOf(1, `${FIRST_TABLES}; INSERT INTO clock VALUES (1, 86400000)`);

    const { db } = open(folder);

    expect(db.prepare('SELECT offset_ms FROM clock').get()).toEqual({ offset_ms: 86_400_000 });
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
  });

  test('of 0.1 knows the detail-type and the size of what its archive holds, be it none', () => {
    const event = JSON.stringify({ 'detail-type': 'Object Created', detail: { object: { key: 'ü' } } });
    const folder = folderOf(
      1,
      `${FIRST_TABLES}; INSERT INTO archived_event (archive_name, event, event_time, archived_at) VALUES
         ('kept', '${event}', 1, 1), ('kept', '{}', 2, 2), ('kept', 'no json', 3, 3)`,
    );

    const { db } = open(folder);

    expect(db.prepare('SELECT detail_type, size_bytes FROM archived_event ORDER BY id').all()).toEqual([
      { detail_type: 'Object Created', size_bytes: Buffer.byteLength(event) },
      { detail_type: '', size_bytes: 2 },
      { detail_type: '', size_bytes: 7 },
    ]);
  });

  test('gets the same tables from nothing as from 0.1', () => {
    expect(tablesOf(open(folderOf(1, FIRST_TABLES)))).toEqual(tablesOf(open()));
  });

  test('whose taking over fails is as it was', () => {
    // the step that makes the tally fails on a table of that name
    const folder = folderOf(1, `${FIRST_TABLES}; CREATE TABLE tally (precious TEXT)`);

    expect(() => open(folder)).toThrow(/tally already exists/);

    const db = new DatabaseSync(join(folder, 'sluice.db'));
    expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 1 });
    expect(db.prepare('SELECT count(*) AS n FROM sqs_message').get()).toEqual({ n: 0 });
    db.close();
  });

  test('of a newer version is refused in a sentence', () => {
    const folder = folderOf(999, FIRST_TABLES);

    expect(() => open(folder)).toThrow(DataFolderVersionError);
    expect(() => open(folder)).toThrow(
      `${folder} was written by a newer Sluice (tables of version 999, this one knows ${SCHEMA_VERSION}); update this one, or choose another folder with --data-dir`,
    );
  });
});
