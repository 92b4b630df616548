import { describe, expect, test } from 'vitest';
import { diskCheck, folderDiskCheck } from '../../../cli/status/disk-check.ts';

describe('the disk of the local pipeline', () => {
  test.each([100e6, 5e12])('is not spoken of with %d bytes free', (freeBytes) => {
    expect(diskCheck(freeBytes)).toEqual([]);
  });

  test.each([
    [0, '0 B'],
    [99_999_999, '100.0 MB'],
    [12e6, '12.0 MB'],
  ])('is a failed check with %d bytes free', (freeBytes, amount) => {
    expect(diskCheck(freeBytes)).toEqual([
      {
        name: 'disk',
        state: 'failed',
        detail: `${amount} free: what is uploaded or recorded next may fail`,
        nextStep: 'make room',
      },
    ]);
  });
});

describe('the disk of a data folder', () => {
  test.each([
    [5e12, 'ok', '5.0 TB free for .sluice'],
    [1e9, 'ok', '1.0 GB free for .sluice'],
    [999_999_999, 'warning', '1.0 GB free for .sluice'],
    [100e6, 'warning', '100.0 MB free for .sluice'],
    [99_999_999, 'failed', '100.0 MB free: what is uploaded or recorded next may fail'],
  ])('with %d bytes free is %s', (freeBytes, state, detail) => {
    expect(folderDiskCheck(freeBytes, '.sluice')).toMatchObject({ name: 'disk', state, detail });
  });
});
