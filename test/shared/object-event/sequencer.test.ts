import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareSequencers,
  isSequencer,
  normaliseSequencer,
} from '../../../shared/object-event/sequencer.ts';

/** As S3 sends them: hexadecimal of either case, 1 to 32 digits, leading zeros kept. */
const sequencers = fc
  .array(fc.constantFrom(...Array.from('0123456789abcdefABCDEF')), { minLength: 1, maxLength: 32 })
  .map((digits) => digits.join(''));

describe('normaliseSequencer', () => {
  test('writes a sequencer in lower case, at 32 digits, padded on the left', () => {
    expect(normaliseSequencer('0C0F6F405D6ED209E1')).toBe('000000000000000c0f6f405d6ed209e1');
  });

  test.each(['', ' ', 'xyz', '0x10', '617f0829 9329d189', '-1', '617f08299329d189\n', 'f'.repeat(33)])(
    'refuses %j, which has no order',
    (text) => {
      expect(isSequencer(text)).toBe(false);
      expect(() => normaliseSequencer(text)).toThrow(RangeError);
    },
  );

  test('orders by the number that the digits write', () => {
    fc.assert(
      fc.property(sequencers, sequencers, (left, right) => {
        const difference = BigInt(`0x${left}`) - BigInt(`0x${right}`);

        expect(Math.sign(compareSequencers(left, right))).toBe(
          difference > 0n ? 1 : difference < 0n ? -1 : 0,
        );
        expect(normaliseSequencer(left) < normaliseSequencer(right)).toBe(difference < 0n);
      }),
    );
  });

  test('is a total order, whatever the order of what it sorts', () => {
    fc.assert(
      fc.property(fc.array(sequencers), (some) => {
        const sorted = some.toSorted(compareSequencers).map(normaliseSequencer);

        expect(sorted).toEqual(some.toReversed().map(normaliseSequencer).toSorted());
      }),
    );
  });

  test('gives forms of one width, each its own normal form, whatever zeros or case they came with', () => {
    fc.assert(
      fc.property(sequencers, fc.nat(31), (sequencer, zeros) => {
        const normal = normaliseSequencer(sequencer);

        expect(normal).toMatch(/^[0-9a-f]{32}$/);
        expect(normaliseSequencer(normal)).toBe(normal);
        expect(normaliseSequencer(sequencer.toUpperCase().padStart(zeros, '0'))).toBe(normal);
      }),
    );
  });

  test.each([
    ['617f08299329d189', '00ff08299329d18900'],
    // July 2015, then October 2021: the leading digits are a Unix time.
    ['0055AED6DCD90281E5', '617f08299329d189'],
    ['617f08299329d189', '617f0837b476e463'],
  ])('puts %s before %s', (earlier, later) => {
    expect(compareSequencers(earlier, later)).toBeLessThan(0);
    expect(compareSequencers(later, earlier)).toBeGreaterThan(0);
  });
});
