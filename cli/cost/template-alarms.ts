import { LEAST_ALARMS } from '../../shared/observability.ts';
import { referred, type OwnTemplate, type Resource } from './own-template.ts';
import type { costDocument } from './cost-document.ts';
import type { DocumentOf } from '../terminal/document.ts';

type AlarmFacts = Pick<
  DocumentOf<typeof costDocument>['template'],
  'alarms' | 'alarmMetrics' | 'leastAlarmMetrics' | 'compositeAlarms'
>;

/** The alarms that watch something that an output names, or what the pipeline's functions count; and those made of them. */
export function alarmsOf({ resources, outputs }: OwnTemplate): AlarmFacts {
  const ids = Object.values(outputs).flatMap(({ Value }) => referred(Value) ?? []);
  const namespaces = ids.map((id) => namespaceOf(resources[id])).filter((name) => name !== undefined);
  const marks = [...ids, ...namespaces].map((mark) => JSON.stringify(mark));
  const alarms = Object.entries(resources).filter(
    ([, { Type, Properties: { Dimensions, Metrics, Namespace } = {} }]) => {
      const watched = JSON.stringify([Dimensions, Metrics, Namespace]);
      return Type === 'AWS::CloudWatch::Alarm' && marks.some((mark) => watched.includes(mark));
    },
  );
  const composites = Object.values(resources).filter(({ Type, Properties }) => {
    const rule = JSON.stringify(Properties?.['AlarmRule'] ?? '');
    return Type === 'AWS::CloudWatch::CompositeAlarm' && alarms.some(([id]) => rule.includes(`"${id}"`));
  });
  return {
    alarms: alarms.length,
    alarmMetrics: metricsOfAll(alarms),
    leastAlarmMetrics: metricsOfAll(alarms.filter(([, alarm]) => isOfLeast(alarm))),
    compositeAlarms: composites.length,
  };
}

type Alarms = readonly (readonly [id: string, alarm: Resource])[];

const metricsOfAll = (alarms: Alarms): number => alarms.reduce((sum, [, alarm]) => sum + metricsOf(alarm), 0);

/** By the paragraph that its text names: what a stage asks for itself stays too. */
function isOfLeast({ Properties }: Resource): boolean {
  const text = Properties?.['AlarmDescription'];
  const [, paragraph] = (typeof text === 'string' ? /#([\w-]+)\)$/.exec(text) : null) ?? [];
  return paragraph === 'watched-metrics' || LEAST_ALARMS.some((name) => name.toLowerCase() === paragraph);
}

/** An alarm on a calculation is billed for each metric that goes into it. */
function metricsOf({ Properties }: Resource): number {
  const { Metrics } = (Properties ?? {}) as {
    readonly Metrics?: readonly { readonly MetricStat?: unknown }[];
  };
  return Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
}

/** Where a function of the pipeline counts. */
function namespaceOf(resource: Resource | undefined): unknown {
  const { Variables } = (resource?.Properties?.['Environment'] ?? {}) as {
    readonly Variables?: Readonly<Record<string, unknown>>;
  };
  return Variables?.['POWERTOOLS_METRICS_NAMESPACE'];
}
