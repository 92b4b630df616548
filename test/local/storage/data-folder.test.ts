import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimDataFolder, NotADataFolderError } from '../../../local/storage/data-folder.ts';
import { emptyDataFolder } from '../../../local/storage/fresh.ts';
import { Store } from '../../../local/store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const BODY = 'a'.repeat(32);

describe('claiming a data folder', () => {
  test('makes one that is missing, with the folders above it, for its user alone', () => {
    const folder = join(temporaryFolder('claim'), 'deep', 'down');

    claimDataFolder(folder);
    new Store(folder).close();

    expect([join(folder, '..'), folder, join(folder, 'sluice.db')].map(modeOf)).toEqual([
      '700',
      '700',
      '600',
    ]);
  });

  test('takes an empty folder, and one with the checkpoint of a backfill in AWS', () => {
    const folder = temporaryFolder('claim');
    writeFileSync(join(folder, 'backfill-123456789012-eu-west-1-Sluice-prod.json'), '{}');

    for (const dataDir of [temporaryFolder('claim'), folder]) {
      claimDataFolder(dataDir);
      expect(readdirSync(dataDir)).toContain('sluice.db');
    }
  });

  test.each(['objects', 'runtime.json', '.git', BODY, 'sluice.db-wal'])(
    'refuses one that holds %s and no database',
    (name) => {
      const folder = temporaryFolder('claim');
      writeFileSync(join(folder, name), 'mine');

      expect(() => claimDataFolder(folder)).toThrow(NotADataFolderError);
      expect(() => claimDataFolder(folder)).toThrow(`holds ${JSON.stringify(name)} but no sluice.db`);
      expect(readdirSync(folder)).toEqual([name]);
    },
  );

  test.each([
    'sluice.db',
    'objects',
    'objects/unfinished',
    'dynamodb',
    'logs',
    'lost-and-found',
    'runtime.json',
  ])('refuses a link in the place of %s', (place) => {
    const precious = temporaryFolder('precious');
    const folder = temporaryFolder('claim');
    writeFileSync(join(folder, place === 'sluice.db' ? 'x' : 'sluice.db'), '');
    if (place.includes('/')) mkdirSync(join(folder, 'objects'));
    symlinkSync(precious, join(folder, place));

    expect(() => claimDataFolder(folder)).toThrow(`${join(folder, place)} is a link`);
    expect(modeOf(precious)).toBe('700');
  });

  test('closes what others could read, and nothing that is not the runtime’s', () => {
    const folder = temporaryFolder('claim');
    const own = [
      'sluice.db',
      'sluice.db-wal',
      'runtime.json',
      `objects/${BODY}`,
      'dynamodb/000003.log',
      'logs/f.log.1',
    ];
    const others = ['notes.txt', 'objects/chair.obj'];
    for (const name of ['objects', 'dynamodb', 'logs']) mkdirSync(join(folder, name), { mode: 0o755 });
    for (const name of [...own, ...others]) {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), 0o644);
    }
    chmodSync(folder, 0o755);

    claimDataFolder(folder);

    expect(own.map((name) => modeOf(join(folder, name)))).toEqual(own.map(() => '600'));
    expect(['', 'objects', 'dynamodb', 'logs'].map((name) => modeOf(join(folder, name)))).toEqual(
      Array(4).fill('700'),
    );
    expect(others.map((name) => modeOf(join(folder, name)))).toEqual(['644', '644']);
  });
});

test('emptying a data folder leaves what is not the runtime’s, and one that can be emptied again', () => {
  const folder = temporaryFolder('empty');
  claimDataFolder(folder);
  new Store(folder).close();
  for (const name of ['objects', 'dynamodb']) mkdirSync(join(folder, name));
  for (const name of [`objects/${BODY}`, 'objects/chair.obj', 'dynamodb/CURRENT', 'notes.txt']) {
    writeFileSync(join(folder, name), '');
  }
  symlinkSync(join(folder, 'notes.txt'), join(folder, 'objects', 'b'.repeat(32)));

  emptyDataFolder(folder);
  emptyDataFolder(folder);

  const left = readdirSync(folder, { recursive: true }).map(String).toSorted();
  expect(left).toEqual([
    'notes.txt',
    'objects',
    `objects/${'b'.repeat(32)}`,
    'objects/chair.obj',
    'sluice.db',
  ]);
  expect(statSync(join(folder, 'sluice.db')).size).toBe(0);
});
