import { ALWAYS_A_METRIC, EDGE_COUNTS } from '../../shared/edge-counts.ts';
import { CHEAPEST_SETTING } from '../../shared/observability.ts';
import type { Workload } from './consumer-work.ts';
import { monthlyCost } from './cost.ts';
import type { costDocument } from './cost-document.ts';
import type { CostLine } from './cost-line.ts';
import type { TemplateFacts } from './template.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** What it costs to see what the pipeline does, and what the cheapest setting would. */
export type ObservabilityCost = DocumentOf<typeof costDocument>['observability'];

export function observabilityCost(workload: Workload, template: TemplateFacts): ObservabilityCost {
  const usd = observedUsd(monthlyCost(workload, template));
  const millions = workload.uploads / 1e6;
  return {
    usd,
    usdPerMillionUploads: millions === 0 ? null : usd / millions,
    cheapest: { setting: CHEAPEST_SETTING, usd: observedUsd(monthlyCost(workload, leastObserved(template))) },
  };
}

const observedUsd = (lines: readonly CostLine[]): number =>
  lines
    .filter(({ service }) => service === 'CloudWatch' || service === 'X-Ray')
    .reduce((sum, { usd }) => sum + usd, 0);

/** The same pipeline with the cheapest setting: what the template would be then. */
function leastObserved(template: TemplateFacts): TemplateFacts {
  return {
    ...template,
    alarmMetrics: template.leastAlarmMetrics,
    compositeAlarms: 0,
    dashboards: 0,
    ownMetrics: 0,
    consumers: template.consumers.map((consumer) => ({
      ...consumer,
      isTraced: false,
      loggedCounts: EDGE_COUNTS.filter((name) => name !== ALWAYS_A_METRIC),
      // of who keeps nothing, the log alone says what became of an object
      loggedSuccesses: consumer.keeps === 'nothing' ? 1 : 0,
    })),
  };
}
