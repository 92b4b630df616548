import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Tally } from '../../../local/storage/tally.ts';
import { compareSequencers } from '../../../shared/object-event/sequencer.ts';
import { rawRequest } from './raw-request.ts';
import { type S3World, startS3World } from './s3-world.ts';

const DAY_MS = 86_400_000;

describe('after a crash', () => {
  let dataDir: string;
  let world: S3World | undefined;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sluice-s3-crash-'));
  });
  afterEach(async () => {
    await world?.close({ keep: true });
    world = undefined;
    await rm(dataDir, { recursive: true });
  });

  const files = async () => {
    const entries = await readdir(join(dataDir, 'objects'), { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  test('bodies that no object owns are set aside, uploads that were cut off go, the others stay', async () => {
    world = await startS3World({ dataDir });
    await rawRequest(world.port, 'PUT', '/plain/kept', { body: 'kept' });
    const [kept] = await files();
    await world.close({ keep: true });
    await writeFile(join(dataDir, 'objects', 'f'.repeat(32)), 'renamed, but its transaction never came');
    await writeFile(join(dataDir, 'objects', 'unfinished', 'e'.repeat(32)), 'half a bo');

    world = await startS3World({ dataDir });
    const swept = await world.s3.sweepOrphans();

    expect(swept).toMatchObject({ cutOff: 1, setAside: ['f'.repeat(32)], missing: [], foundAgain: [] });
    expect(await readdir(join(dataDir, 'lost-and-found'))).toEqual(['f'.repeat(32)]);
    expect(new Tally(world.store).counts()).toEqual({ 'cut-off-uploads': 1, 'lost-and-found': 1 });
    expect(await files()).toEqual([kept]);
    expect(await readdir(join(dataDir, 'objects', 'unfinished'))).toEqual([]);
    expect((await rawRequest(world.port, 'GET', '/plain/kept')).body).toBe('kept');
  });

  test('a body whose removal was cut off goes at the next start, and is not set aside', async () => {
    world = await startS3World({ dataDir });
    await rawRequest(world.port, 'PUT', '/plain/gone', { body: 'gone' });
    const [name] = await files();
    // the transaction of a delete, and nothing after it
    world.store.transaction(() => {
      world!.store.db.exec('DELETE FROM s3_version');
      world!.store.prepare('INSERT INTO s3_removed_body (file) VALUES (?)').run(name!);
    });

    const swept = await world.s3.sweepOrphans();

    expect(swept).toMatchObject({ setAside: [], cutOff: 0 });
    expect(await files()).toEqual([]);
    expect(world.store.prepare('SELECT * FROM s3_removed_body').all()).toEqual([]);
  });

  test('a deleted body leaves no note of its removal behind', async () => {
    world = await startS3World({ dataDir });
    await rawRequest(world.port, 'PUT', '/plain/k', { body: '1' });
    await rawRequest(world.port, 'PUT', '/plain/k', { body: '2' });
    await rawRequest(world.port, 'DELETE', '/plain/k');
    await world.s3.stop();

    expect(await files()).toEqual([]);
    expect(world.store.prepare('SELECT * FROM s3_removed_body').all()).toEqual([]);
  });

  test('a database that was emptied loses no body, and one that is put back has them again', async () => {
    world = await startS3World({ dataDir });
    for (const key of ['a', 'b', 'c']) await rawRequest(world.port, 'PUT', `/plain/${key}`, { body: key });
    const bodies = (await files()).toSorted();
    await world.close({ keep: true });
    await rename(join(dataDir, 'sluice.db'), join(dataDir, 'kept.db'));
    world = await startS3World({ dataDir });
    await world.s3.sweepOrphans();
    expect((await readdir(join(dataDir, 'lost-and-found'))).toSorted()).toEqual(bodies);
    await world.close({ keep: true });
    await rename(join(dataDir, 'kept.db'), join(dataDir, 'sluice.db'));

    world = await startS3World({ dataDir });
    const { foundAgain } = await world.s3.sweepOrphans();

    expect([...foundAgain].toSorted()).toEqual(bodies);
    for (const key of ['a', 'b', 'c']) {
      expect((await rawRequest(world.port, 'GET', `/plain/${key}`)).body).toBe(key);
    }
  });

  test('names that are not its own, and links, stay as they are', async () => {
    const precious = join(dataDir, 'precious');
    await writeFile(precious, 'years of work');
    world = await startS3World({ dataDir });
    await writeFile(join(dataDir, 'objects', 'chair.obj'), 'v 1 0 0');
    await writeFile(join(dataDir, 'objects', 'unfinished', 'notes'), 'mine');
    await symlink(precious, join(dataDir, 'objects', 'a'.repeat(32)));
    await symlink(precious, join(dataDir, 'objects', 'unfinished', 'b'.repeat(32)));

    const swept = await world.s3.sweepOrphans();

    expect(swept).toMatchObject({
      setAside: [],
      cutOff: 0,
      strange: expect.arrayContaining(['chair.obj', 'a'.repeat(32)]) as string[],
    });
    expect((await readdir(join(dataDir, 'objects'))).toSorted()).toEqual([
      'a'.repeat(32),
      'chair.obj',
      'unfinished',
    ]);
    expect((await readdir(join(dataDir, 'objects', 'unfinished'))).toSorted()).toEqual([
      'b'.repeat(32),
      'notes',
    ]);
    expect(await readFile(precious, 'utf8')).toBe('years of work');
  });

  test('kill -9 in the middle of uploads loses nothing that was acknowledged, and keeps nothing else', async () => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./s3-process.ts')), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<number>((resolve) => {
      createInterface(child.stdout).once('line', (line) => resolve(Number(line)));
    });
    const acknowledged: string[] = [];
    const exited = new Promise((resolve) => {
      child.once('exit', resolve);
    });

    const uploads = Array.from({ length: 8 }, async (_, worker) => {
      for (let number = 0; ; number++) {
        const key = `${worker}-${number}`;
        const answer = await rawRequest(port, 'PUT', `/plain/${key}`, {
          body: key.padEnd(10_000, '.'),
        }).catch(() => undefined);
        if (answer === undefined) return;
        if (answer.status === 200) acknowledged.push(key);
        if (acknowledged.length === 100) child.kill('SIGKILL');
      }
    });
    await Promise.all(uploads);
    await exited;

    world = await startS3World({ dataDir });
    await world.s3.sweepOrphans();
    const list = await rawRequest(world.port, 'GET', '/plain?list-type=2');
    const present = [...list.body.matchAll(/<Key>([^<]*)</g)].map(([, key]) => key!);
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
    expect(present).toEqual(expect.arrayContaining(acknowledged));
    expect(await files()).toHaveLength(present.length);
    for (const key of present) {
      expect((await rawRequest(world.port, 'GET', `/plain/${key}`)).body).toBe(key.padEnd(10_000, '.'));
    }
  });

  test('sequencers rise over a restart, also when the clock has gone back', async () => {
    world = await startS3World({ dataDir, laterMs: 5 * DAY_MS });
    await rawRequest(world.port, 'PUT', '/versioned/k', { body: '1' });
    const before = world.events[0]!.detail.object.sequencer;
    await world.close({ keep: true });

    world = await startS3World({ dataDir });
    const { headers } = await rawRequest(world.port, 'PUT', '/versioned/k', { body: '2' });
    const current = await rawRequest(world.port, 'GET', '/versioned/k');

    expect(compareSequencers(before, world.events[0]!.detail.object.sequencer)).toBeLessThan(0);
    expect(current.headers['x-amz-version-id']).toBe(headers['x-amz-version-id']);
    expect(current.body).toBe('2');
  });
});
