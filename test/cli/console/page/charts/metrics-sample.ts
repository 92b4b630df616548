import type { MetricsDocument } from '../../../../../cli/console/page/charts/charts-in.ts';

type Measured = MetricsDocument['consumers'][number];

const NOTHING = [null, null, null, null];

/** What nothing was measured of. */
const EMPTY: Measured['series'] = {
  events: NOTHING,
  failed: NOTHING,
  functionErrors: NOTHING,
  ageP50Ms: NOTHING,
  ageP95Ms: NOTHING,
  ageP99Ms: NOTHING,
  waiting: NOTHING,
  oldestAgeSeconds: NOTHING,
  durationP50Ms: NOTHING,
  durationP95Ms: NOTHING,
  durationP99Ms: NOTHING,
  memoryMb: NOTHING,
};

export const measured = (
  consumer: string,
  series: Readonly<Record<string, readonly (number | null)[]>>,
): Measured => ({ consumer, series: { ...EMPTY, ...series } });

/** Four periods of ten seconds, of which the last goes on still. */
export const metricsDocument = (...consumers: readonly Measured[]): MetricsDocument => ({
  schemaVersion: 1,
  verb: 'metrics',
  target: { kind: 'local', account: '111122223333', region: 'eu-west-1', stack: 'Sluice-dev' },
  since: '2026-11-20T19:02:00.000Z',
  until: '2026-11-20T19:02:37.000Z',
  periodSeconds: 10,
  countedBy: 'runtime',
  costUsd: 0,
  times: ['00', '10', '20', '30'].map((second) => `2026-11-20T19:02:${second}.000Z`),
  consumers,
  unavailable: [],
});
