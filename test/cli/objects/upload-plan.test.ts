import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planUploads } from '../../../cli/objects/upload-plan.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a folder gives what is in it, and passes over the links that lead out of it', async () => {
  const outside = temporaryFolder('outside');
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  const folder = join(realpathSync(temporaryFolder('upload')), 'export');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  // its name only begins like the folder's
  mkdirSync(`${folder}-private`);
  writeFileSync(join(`${folder}-private`, 'key.txt'), 'secret');
  writeFileSync(join(folder, 'a.csv'), 'a');
  writeFileSync(join(folder, 'sub', 'b.csv'), 'b');
  symlinkSync(join(folder, 'a.csv'), join(folder, 'sub', 'inside.csv'));
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'out.txt'));
  symlinkSync(outside, join(folder, 'sub', 'out'));
  symlinkSync(`${folder}-private`, join(folder, 'near'));

  const { items, passedOver } = await planUploads([folder], 'csv/');

  expect(items.map(({ key }) => key).toSorted()).toEqual([
    'csv/a.csv',
    'csv/sub/b.csv',
    'csv/sub/inside.csv',
  ]);
  expect([...passedOver].toSorted()).toEqual(
    [join(folder, 'near'), join(folder, 'out.txt'), join(folder, 'sub', 'out')].toSorted(),
  );
});

test('a link that is named itself is followed', async () => {
  const outside = temporaryFolder('outside');
  writeFileSync(join(outside, 'a.csv'), 'a');
  const link = join(temporaryFolder('upload'), 'link');
  symlinkSync(outside, link);

  const { items, passedOver } = await planUploads([link], 'csv/');

  expect(items.map(({ key }) => key)).toEqual(['csv/a.csv']);
  expect(passedOver).toEqual([]);
});
