import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileInTheMaking } from '../../../cli/objects/file-in-the-making.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Writes `new` to a file at which another program may write meanwhile. */
async function make(path: string, force: boolean, meanwhile: () => void = () => {}): Promise<void> {
  await using file = await FileInTheMaking.begin(path, { force });
  file.stream.write('new');
  meanwhile();
  await file.finish();
}

const newPath = () => join(temporaryFolder('get'), 'orders.csv');

describe('a file in the making', () => {
  test('has its name when it is whole, and nothing is beside it', async () => {
    const path = newPath();

    await make(path, false, () => expect(readdirSync(join(path, '..'))).not.toContain('orders.csv'));

    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(join(path, '..'))).toEqual(['orders.csv']);
  });

  test('does not write over a file that came meanwhile', async () => {
    const path = newPath();

    await expect(make(path, false, () => writeFileSync(path, 'precious'))).rejects.toThrow(
      'is there already',
    );

    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(readdirSync(join(path, '..'))).toEqual(['orders.csv']);
  });

  test('writes over one where that is asked for', async () => {
    const path = newPath();
    writeFileSync(path, 'old');

    await make(path, true);

    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  test('leaves nothing when it breaks off', async () => {
    const path = newPath();
    const broken = new Error('the connection broke off');

    await expect(
      make(path, false, () => {
        throw broken;
      }),
    ).rejects.toBe(broken);

    expect(readdirSync(join(path, '..'))).toEqual([]);
  });
});
