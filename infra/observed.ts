import type { Observability } from '../shared/observability.ts';
import { ALWAYS_A_METRIC, EDGE_COUNTS } from '../shared/edge-counts.ts';
import type { ConsumerDefinition } from './consumer-definition.ts';
import { byStage, type Stage } from './stage.ts';

/** What there is to see of a stage, with all that its context leaves open. */
export interface Observed {
  readonly level: Observability;
  readonly dashboard: boolean;
  readonly traces: boolean;
  /** 0 to 1. */
  readonly logSuccesses: number;
}

export function observed(stage: Stage): Observed {
  const level = stage.observability ?? byStage(stage, { dev: 'full', prod: 'usual' });
  const { dashboard = level === 'full', traces = level === 'full', logSuccesses = 1 } = stage;
  return { level, dashboard, traces, logSuccesses };
}

/**
 * What a consumer's function counts in its log alone, since nothing in AWS looks at it: each name that it publishes to CloudWatch costs
 * $0.30 a month. Numbers of which its entry does not speak are metrics always.
 */
export function loggedCounts(
  { keeps, counts = [], watches = [] }: ConsumerDefinition,
  stage: Stage,
): string[] {
  const { level, dashboard } = observed(stage);
  if (level === 'full') return [];
  const keepsLines = keeps !== 'nothing' && 'lines' in keeps;
  // its silence rings
  const heard = keepsLines && level === 'usual' ? ['Recorded', 'Superseded'] : [];
  const seen = watches.filter(({ metric }) => dashboard || stage.alarmOn?.includes(metric) === true);
  const looked = new Set([ALWAYS_A_METRIC, ...heard, ...seen.map(({ metric }) => metric)]);
  const all = [...EDGE_COUNTS, ...watches.map(({ metric }) => metric), ...counts];
  return all.filter((name) => !looked.has(name));
}
