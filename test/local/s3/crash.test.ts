import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareSequencers } from '../../../shared/sequencer.ts';
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

  test('bodies that no object owns, and uploads that were cut off, are swept; the others stay', async () => {
    world = await startS3World({ dataDir });
    await rawRequest(world.port, 'PUT', '/plain/kept', { body: 'kept' });
    const [kept] = await files();
    await world.close({ keep: true });
    await writeFile(join(dataDir, 'objects', 'f'.repeat(32)), 'renamed, but its transaction never came');
    await writeFile(join(dataDir, 'objects', 'unfinished', 'e'.repeat(32)), 'half a bo');

    world = await startS3World({ dataDir });
    const swept = await world.s3.sweepOrphans();

    expect(swept).toBe(2);
    expect(await files()).toEqual([kept]);
    expect(await readdir(join(dataDir, 'objects', 'unfinished'))).toEqual([]);
    expect((await rawRequest(world.port, 'GET', '/plain/kept')).body).toBe('kept');
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
