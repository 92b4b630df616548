import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startOn } from '../support/npm-start.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';

/** Every file below a folder, with its bytes; links as where they lead. */
function everything(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  return new Map(
    files.map(({ parentPath, name }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), 'latin1'),
    ]),
  );
}

const KEYS = Array.from({ length: 13 }, (_, index) => `files/${index}.txt`);

let stopped: string;

beforeAll(async () => {
  await using pipeline = await PipelineUnderTest.start();
  for (const Key of KEYS) {
    await pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body: `this is ${Key}` }));
  }
  await pipeline.drain();
  stopped = pipeline.dataDir;
});

/** A copy of a stopped pipeline's folder with thirteen acknowledged uploads. */
function folderWithObjects(): string {
  const folder = temporaryFolder('data');
  cpSync(stopped, folder, { recursive: true });
  return folder;
}

async function read(pipeline: PipelineUnderTest, Key: string): Promise<string | undefined> {
  const { Body } = await pipeline.s3.send(new GetObjectCommand({ Bucket: pipeline.bucket, Key }));
  return await Body?.transformToString();
}

const tallyOf = async (pipeline: PipelineUnderTest) => (await pipeline.status()).tally;

describe('a folder of somebody else’s', { timeout: 120_000 }, () => {
  test.each([[[]], [['--fresh']]])('is refused and stays as it is, with %j', async (more) => {
    const folder = temporaryFolder('somebody');
    mkdirSync(join(folder, 'objects'));
    writeFileSync(join(folder, 'objects', 'chair.obj'), 'v 1 0 0');
    writeFileSync(join(folder, 'objects', 'f'.repeat(32)), 'looks like one of ours');
    const before = everything(folder);

    const { exitCode, stderr } = await startOn(folder, ...more);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/holds "objects" but no sluice\.db, .*nothing in it was touched; name another/);
    expect(everything(folder)).toEqual(before);
  });

  test('is not reached through a link', async () => {
    const precious = temporaryFolder('precious');
    writeFileSync(join(precious, 'a'.repeat(32)), 'years of work');
    const folder = temporaryFolder('linked');
    writeFileSync(join(folder, 'sluice.db'), '');
    symlinkSync(precious, join(folder, 'objects'));

    const { exitCode, stderr } = await startOn(folder);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${join(folder, 'objects')} is a link`);
    expect(readdirSync(precious)).toEqual(['a'.repeat(32)]);
  });

  test('keeps its files when a folder of ours is emptied with --fresh', async () => {
    const folder = folderWithObjects();
    const strange = ['notes.txt', 'objects/chair.obj', 'dynamodb/readme', 'logs/plan.pdf'];
    for (const name of strange) writeFileSync(join(folder, name), 'mine');
    const precious = temporaryFolder('precious');
    writeFileSync(join(precious, 'thesis.txt'), 'years of work');
    symlinkSync(join(precious, 'thesis.txt'), join(folder, 'objects', 'b'.repeat(32)));

    {
      await using fresh = await PipelineUnderTest.start({ dataDir: folder, more: ['--fresh'] });
      expect(await fresh.metadataRows()).toEqual([]);
    }

    for (const name of strange) expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
    expect(readFileSync(join(folder, 'objects', 'b'.repeat(32)), 'utf8')).toBe('years of work');
    expect(readdirSync(join(folder, 'objects')).toSorted()).toEqual([
      'b'.repeat(32),
      'chair.obj',
      'unfinished',
    ]);
  });
});

describe('a data folder', { timeout: 120_000 }, () => {
  test('whose database was emptied loses no body, and has them all when the database is put back', async () => {
    const folder = folderWithObjects();
    const copy = join(temporaryFolder('copy'), 'sluice.db');
    copyFileSync(join(folder, 'sluice.db'), copy);
    const bodies = [...everything(join(folder, 'objects')).values()].toSorted();
    truncateSync(join(folder, 'sluice.db'));

    {
      await using emptied = await PipelineUnderTest.start({ dataDir: folder });
      expect(await tallyOf(emptied)).toMatchObject({ 'lost-and-found': bodies.length });
    }
    expect([...everything(join(folder, 'lost-and-found')).values()].toSorted()).toEqual(bodies);

    rmSync(join(folder, 'sluice.db'));
    copyFileSync(copy, join(folder, 'sluice.db'));
    await using restored = await PipelineUnderTest.start({ dataDir: folder });
    for (const Key of KEYS) expect(await read(restored, Key)).toBe(`this is ${Key}`);
    expect(readdirSync(join(folder, 'lost-and-found'))).toEqual([]);
  });

  test('whose database is damaged is refused in a sentence, and nothing in it changes', async () => {
    const folder = folderWithObjects();
    writeFileSync(join(folder, 'sluice.db'), 'this is no database, it is a text of some length'.repeat(200));
    const before = everything(folder);

    const { exitCode, stderr } = await startOn(folder);

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^npm start: .*sluice\.db is damaged \(.*; nothing was changed: put a copy of it back/,
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(everything(folder)).toEqual(before);
    await using fresh = await PipelineUnderTest.start({ dataDir: folder, more: ['--fresh'] });
    expect(await fresh.metadataRows()).toEqual([]);
  });

  test('is for its user alone, also one that others could read', async () => {
    const folder = folderWithObjects();
    chmodSync(folder, 0o755);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
    }

    await using pipeline = await PipelineUnderTest.start({ dataDir: folder });
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket: pipeline.bucket, Key: 'csv/a.csv', Body: 'a\n'.repeat(9) }),
    );
    await pipeline.drain();

    const open = [
      folder,
      ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
    ]
      .filter((path) => existsSync(path))
      .filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });
});
