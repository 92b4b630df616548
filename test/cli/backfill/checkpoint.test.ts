import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Checkpoint } from '../../../cli/backfill/checkpoint.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const scope = {
  account: '111122223333',
  region: 'eu-west-1',
  stack: 'Sluice-dev',
  bucket: 'ingest',
  prefix: 'csv/',
  consumers: ['metadata-writer'],
};
const progress = { lastKey: 'csv/ä\u0000', objects: 20, messages: { 'metadata-writer': 20 } };
const file = () => join(temporaryFolder('checkpoint'), 'below', 'backfill.json');

describe('a checkpoint', () => {
  test('that was never written is none', async () => {
    expect(await new Checkpoint(file(), scope).read()).toBeUndefined();
  });

  test('is read as it was written last, whatever the key, and leaves no other file', async () => {
    const checkpoint = new Checkpoint(file(), scope);
    await checkpoint.write({ ...progress, objects: 10 });
    await checkpoint.write(progress);

    expect(await new Checkpoint(checkpoint.file, scope).read()).toEqual(progress);
    expect(readdirSync(join(checkpoint.file, '..'))).toEqual(['backfill.json']);
  });

  test('of another backfill is refused, and names it', async () => {
    const checkpoint = new Checkpoint(file(), scope);
    await checkpoint.write(progress);

    const other = new Checkpoint(checkpoint.file, { ...scope, prefix: 'photos/' });
    await expect(other.read()).rejects.toThrow(/is of another backfill: .*"prefix":"csv\/"/);
  });

  test('is removed, also twice', async () => {
    const checkpoint = new Checkpoint(file(), scope);
    await checkpoint.write(progress);
    await checkpoint.remove();
    await checkpoint.remove();

    expect(existsSync(checkpoint.file)).toBe(false);
  });
});
