import { describe, expect, test } from 'vitest';
import { diskCheck } from '../../../cli/status/disk-check.ts';

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
