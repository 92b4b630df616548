import { expect, test } from 'vitest';
import { metricsWindow, type MetricsWindowFlags } from '../../../cli/metrics/metrics-window.ts';

const NOW = new Date('2026-11-20T12:00:00Z');

test.each<[MetricsWindowFlags, local: number, aws: number]>([
  [{ window: '5m' }, 10, 60],
  [{}, 10, 60],
  [{ window: '6h' }, 60, 60],
  [{ window: '1d' }, 300, 300],
  [{ window: '3d' }, 900, 900],
  [{ window: '14d' }, 3_600, 3_600],
  [{ since: '20d', until: '479h' }, 10, 300],
  [{ since: '90d', until: '2159h' }, 10, 3_600],
])('the window of %j has periods of %d s here and %d s in AWS', (flags, local, aws) => {
  expect(metricsWindow(flags, NOW, false).periodSeconds).toBe(local);
  expect(metricsWindow(flags, NOW, true).periodSeconds).toBe(aws);
});

test('a window ends at --until, and --window counts back from there', () => {
  expect(metricsWindow({ until: '2026-11-20T07:00Z', window: '2h' }, NOW, false)).toMatchObject({
    since: new Date('2026-11-20T05:00:00Z'),
    until: new Date('2026-11-20T07:00:00Z'),
  });
});
