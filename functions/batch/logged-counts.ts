import type { Metrics } from '@aws-lambda-powertools/metrics';

type Embedded = ReturnType<Metrics['serializeMetrics']>;

/**
 * Takes out of a line of metrics those that its log alone is to have, and puts them into the line as fields, which cost nothing in CloudWatch:
 *
 *     {"_aws":{…,"Metrics":[{"Name":"Failed",…}]},"service":"one-consumer","Failed":1,"counted":{"Recorded":3,"EventAge":812}}
 *     {"counted":{"Recorded":3,"EventAge":812},"service":"one-consumer"}
 *
 * Of several values the sum is written, and the longest of times: Logs Insights cannot add up a list.
 *
 * @param logged names of those @returns the line as it was where none of them is in it
 */
export function withLoggedCounts(embedded: Embedded, logged: ReadonlySet<string>): object {
  const { _aws, ...fields } = embedded;
  const directives = _aws.CloudWatchMetrics.map((directive) => ({
    ...directive,
    Metrics: directive.Metrics.filter(({ Name }) => !logged.has(Name)),
  }));
  const taken = _aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics).filter(({ Name }) =>
    logged.has(Name),
  );
  if (taken.length === 0) return embedded;
  const names = new Set(taken.map(({ Name }) => Name));
  const counted = Object.fromEntries(
    taken.map(({ Name, Unit }) => [Name, inOne(fields[Name], Unit === 'Milliseconds')]),
  );
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
  const isMetric = directives.some(({ Metrics }) => Metrics.length > 0);
  return isMetric
    ? { _aws: { ..._aws, CloudWatchMetrics: directives }, ...rest, counted }
    : { counted, ...rest };
}

function inOne(value: unknown, isTime: boolean): number {
  const values = [value].flat().map(Number);
  return isTime ? Math.max(...values) : values.reduce((sum, one) => sum + one, 0);
}
