import { describe, expect, test } from 'vitest';
import { cellText, fieldText } from '../../../cli/terminal/cell.ts';

const NOW = new Date('2026-11-20T12:00:00Z');

describe('a cell', () => {
  test.each([
    ['time', '2026-11-20T07:00:01.250Z', '07:00:01'],
    ['time', '2026-11-19T07:00:01.250Z', '2026-11-19 07:00:01'],
    ['time', 'never', 'never'],
    ['size', 9_100_000, '9.1 MB'],
    ['duration', 90_000, '90 s'],
    ['count', 12_345, '12,345'],
    ['count', '–', '–'],
    ['name', undefined, ''],
    ['key', 'a\u202eb', String.raw`a\u202eb`],
  ] as const)('of the kind %s shows %j as %s', (kind, value, text) => {
    expect(cellText(value, { heading: '', kind }, NOW).text).toBe(text);
  });

  test.each([
    [9_100_000, '9100000'],
    ['2026-11-20T07:00:01.250Z', '2026-11-20T07:00:01.250Z'],
    [{ value: 'failed', style: 'red' }, 'failed'],
    ['a\tb', String.raw`a\u0009b`],
    [undefined, ''],
  ] as const)('%j is the field %s for another program', (cell, text) => {
    expect(fieldText(cell)).toBe(text);
  });
});
