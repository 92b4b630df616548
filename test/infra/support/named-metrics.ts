import { resourcesOfType, type PipelineTemplate } from './pipeline-template.ts';

/** A metric that an alarm or a widget names: its dimensions with a value where that is text, and `ref` where it is a resource. */
export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly by: string;
}

type Dimensions = readonly { readonly Name: string; readonly Value: unknown }[];

const text = (value: unknown): string => (typeof value === 'string' ? value : 'ref');

const dimensionsOf = (dimensions: Dimensions = []) =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, text(Value)]));

/** All that alarms and dashboards of a template name, those below a calculation too. */
export function namedMetrics(template: PipelineTemplate): readonly NamedMetric[] {
  return [...ofAlarms(template), ...ofDashboards(template)];
}

function ofAlarms(template: PipelineTemplate): readonly NamedMetric[] {
  return resourcesOfType(template, 'AWS::CloudWatch::Alarm').flatMap(([by, { Properties }]) => {
    const single = Properties['MetricName'] === undefined ? [] : [Properties];
    const below = (Properties['Metrics'] ?? []).flatMap(
      ({ MetricStat }: { MetricStat?: { Metric: Record<string, unknown> } }) => MetricStat?.Metric ?? [],
    );
    return [...single, ...below].map((metric) => ({
      namespace: text(metric['Namespace']),
      name: text(metric['MetricName']),
      dimensions: dimensionsOf(metric['Dimensions'] as Dimensions),
      by,
    }));
  });
}

interface Widget {
  readonly properties: { readonly title?: string; readonly metrics?: readonly (readonly unknown[])[] };
}

function ofDashboards(template: PipelineTemplate): readonly NamedMetric[] {
  return resourcesOfType(template, 'AWS::CloudWatch::Dashboard').flatMap(([id, { Properties }]) => {
    const parts = Properties['DashboardBody']['Fn::Join'][1] as readonly unknown[];
    const { widgets } = JSON.parse(parts.map(text).join('')) as { widgets: readonly Widget[] };
    return widgets.flatMap(({ properties: { title = '', metrics = [] } }) =>
      metrics.flatMap((entry) => {
        const [namespace, name, ...dimensions] = entry.filter((part) => typeof part === 'string');
        if (namespace === undefined || name === undefined) return [];
        const pairs = dimensions.flatMap((key, at) => (at % 2 === 0 ? [[key, dimensions[at + 1]]] : []));
        return [
          {
            namespace,
            name,
            dimensions: Object.fromEntries(pairs) as Record<string, string>,
            by: `${id}: ${title}`,
          },
        ];
      }),
    );
  });
}
