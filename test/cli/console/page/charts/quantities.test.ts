import { describe, expect, test } from 'vitest';
import {
  askEveryMs,
  costPerHour,
  metricsArgs,
  tickTime,
  windowIn,
} from '../../../../../cli/console/page/charts/chart-window.ts';
import {
  quantitiesIn,
  tickText,
  valueText,
  type Unit,
} from '../../../../../cli/console/page/charts/quantities.ts';

describe('a quantity', () => {
  test('that a function counts by itself is named in words, behind the known ones', () => {
    const found = quantitiesIn(['RowsCounted', 'BytesCounted', 'waiting', 'events']);

    expect(found.map(({ series, title, unit }) => [series, title, unit])).toEqual([
      ['events', 'Events done with', 'per second'],
      ['waiting', 'Waiting in the queue', 'messages'],
      ['BytesCounted', 'Bytes counted', 'bytes'],
      ['RowsCounted', 'Rows counted', 'count'],
    ]);
  });

  test.each<[unit: Unit, isSum: boolean, value: number | null, text: string]>([
    ['per second', true, 0, '0/s'],
    ['per second', true, 0.1234, '0.123/s'],
    ['per second', true, 1_234.4, '1,234/s'],
    ['ms', false, 0.5, '0.5 ms'],
    ['ms', false, 412, '412 ms'],
    ['ms', false, 75_000, '75 s'],
    ['s', false, 75, '75 s'],
    ['MB', false, 128.4, '128 MB'],
    ['bytes', true, 9_100_000, '9.1 MB/s'],
    ['count', true, 12.34, '12.3/s'],
    ['messages', false, 12, '12'],
    ['messages', false, null, '–'],
  ])('in %s (a sum: %s) of %s reads %s', (unit, isSum, value, text) => {
    expect(valueText({ unit, isSum }, value)).toBe(text);
  });

  test('has ticks with what the axis does not say', () => {
    expect(tickText({ unit: 'per second', isSum: true }, 20)).toBe('20');
    expect(tickText({ unit: 'bytes', isSum: true }, 2_000_000)).toBe('2.0 MB');
    expect(tickText({ unit: 'ms', isSum: false }, 500)).toBe('500 ms');
    expect(tickText({ unit: 'ms', isSum: false }, 5_000)).toBe('5 s');
  });
});

const argsOf = (query: string) => metricsArgs(windowIn(new URLSearchParams(query)));

describe('the window of charts', () => {
  test.each([
    ['', ['metrics', '--window=1h']],
    ['window=14d', ['metrics', '--window=14d']],
    ['since=2026-11-20', ['metrics', '--since=2026-11-20']],
    ['since=2026-11-20&until=2026-11-21', ['metrics', '--since=2026-11-20', '--until=2026-11-21']],
  ])('%j in the address asks for %j', (query, args) => {
    expect(argsOf(query)).toEqual(args);
  });

  test.each([
    ['a short one here', { window: '1h' }, true, 2_000],
    ['a long one here', { window: '14d' }, true, 15_000],
    ['one in AWS', { window: '5m' }, false, 60_000],
    ['one that is over', { window: '1h', since: 'a', until: 'b' }, true, undefined],
  ])('%s is asked for again in its time', (_, window, isLocal, everyMs) => {
    expect(askEveryMs(window, isLocal)).toBe(everyMs);
  });

  test('costs an hour what its looks cost', () => {
    expect(costPerHour(0.001, 60_000)).toBeCloseTo(0.06);
  });

  test.each([
    [10, /^\d\d:\d\d:\d\d$/],
    [600, /^\d\d:\d\d$/],
    [43_200, /^\w+ \d+|\d+ \w+/],
    [86_400, /^\w+ \d+$/],
  ])('has times as exact as ticks are apart: %s s', (apart, shape) => {
    expect(tickTime(1_795_000_000, apart)).toMatch(shape);
  });
});
