import { describe, expect, test } from 'vitest';
import { periodAfter, readPeriod } from '../../../../../cli/console/page/charts/chart-cursor.ts';
import {
  chartsIn,
  latestPeriod,
  readingAt,
  type ChartsView,
} from '../../../../../cli/console/page/charts/charts-in.ts';
import { measured, metricsDocument } from './metrics-sample.ts';

const WRITER = measured('writer', {
  events: [10, null, 0, 5],
  ageP50Ms: [1, null, 2, 3],
  ageP95Ms: [9, null, 8, 7],
});
const COUNTER = measured('counter', { events: [1, 1, 1, 1], RowsCounted: [100, null, 0, 50] });
const DOCUMENT = metricsDocument(WRITER, COUNTER);
const BY_QUANTITY: ChartsView = { by: 'quantity', percentile: 'p95', consumers: [] };

const chart = (id: string, view = BY_QUANTITY) => chartsIn(DOCUMENT, view).find((one) => one.id === id);

describe('charts by quantity', () => {
  test('have a line for each consumer of which something was measured, sums as rates and gaps as gaps', () => {
    expect(chart('events')).toMatchObject({
      title: 'Events done with',
      series: [
        { label: 'writer', style: 0, values: [1, null, 0, 0.5] },
        { label: 'counter', style: 1, values: [0.1, 0.1, 0.1, 0.1] },
      ],
    });
    expect(chart('RowsCounted')?.series).toEqual([{ label: 'counter', style: 1, values: [10, null, 0, 5] }]);
    expect(chart('memoryMb')?.series).toEqual([]);
  });

  test('show one percentile at a time, as it is', () => {
    expect(chart('ageP95Ms')?.series).toEqual([{ label: 'writer', style: 0, values: [9, null, 8, 7] }]);
    expect(chart('ageP50Ms')).toBeUndefined();
    expect(chart('ageP50Ms', { ...BY_QUANTITY, percentile: 'p50' })?.series[0]?.values).toEqual([
      1,
      null,
      2,
      3,
    ]);
  });

  test('leave a consumer its colour when others are not shown', () => {
    expect(chart('events', { ...BY_QUANTITY, consumers: ['counter'] })?.series).toMatchObject([
      { label: 'counter', style: 1 },
    ]);
  });
});

describe('charts by consumer', () => {
  test('have all quantities of a family in one, percentiles side by side', () => {
    const charts = chartsIn(DOCUMENT, { ...BY_QUANTITY, by: 'consumer', consumers: ['writer'] });

    expect(new Set(charts.map(({ consumer }) => consumer))).toEqual(new Set(['writer']));
    expect(charts.find(({ title }) => title === 'Age when done with')?.series).toEqual([
      { label: 'p50', style: 0, values: [1, null, 2, 3] },
      { label: 'p95', style: 1, values: [9, null, 8, 7] },
    ]);
  });

  test('have ids of their own', () => {
    const ids = chartsIn(DOCUMENT, { ...BY_QUANTITY, by: 'consumer' }).map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the time that is read', () => {
  test('is the newest period that is over, until somebody points at another', () => {
    expect(latestPeriod(DOCUMENT)).toBe(2);
    expect(latestPeriod({ ...DOCUMENT, until: '2026-11-20T19:02:05.000Z' })).toBe(3);
    expect(readPeriod([0, 10, 20], undefined, 2)).toBe(2);
    expect(readPeriod([0, 10, 20], 10, 2)).toBe(1);
  });

  test('is the newest again when what was pointed at has gone out of the window', () => {
    expect(readPeriod([10, 20, 30], 0, 1)).toBe(1);
  });

  test('gives every value of it, of all percentiles too', () => {
    const rows = readingAt(DOCUMENT, BY_QUANTITY, 3).map(({ quantity, values }) => [quantity.series, values]);

    expect(rows).toContainEqual(['events', [0.5, 0.1]]);
    expect(rows).toContainEqual(['ageP50Ms', [3, null]]);
    expect(rows).toContainEqual(['RowsCounted', [null, 5]]);
  });

  test.each([
    ['ArrowRight', 2, 3],
    ['ArrowRight', 3, 3],
    ['ArrowLeft', 0, 0],
    ['PageDown', 2, 0],
    ['Home', 2, 0],
    ['End', 1, 3],
    ['a', 1, undefined],
  ])('goes by %s from period %s to %s of four', (key, period, next) => {
    expect(periodAfter(key, period, 4)).toBe(next);
  });
});
