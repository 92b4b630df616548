import { isCountsLine } from '../../shared/log-fields.ts';

/** So many metrics a line may have, and characters a metric's name. */
const MOST_METRICS = 100;
const LONGEST_NAME = 255;

/**
 * What a function counts by itself, as CloudWatch reads it from its log, and what is in the log alone (`counted`): each name with its values
 * added up.
 *
 *     {"_aws":{"Timestamp":1764072000000,"CloudWatchMetrics":[{"Namespace":"Sluice-dev","Dimensions":[["service"]],
 *      "Metrics":[{"Name":"RowsCounted","Unit":"Count"}]}]},"service":"one-consumer","RowsCounted":[3,4]}
 *
 * @param line of the function's log @returns `[["RowsCounted", 7]]`; nothing for a line of any other kind
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(line: string): readonly (readonly [name: string, sum: number])[] {
  if (!line.startsWith('{') || !isCountsLine(line)) return [];
  const { counted, ...parsed } = fieldsOf(parsedLine(line));
  const values = { ...parsed, ...fieldsOf(counted) };
  const metrics = listOf(fieldsOf(parsed['_aws'])['CloudWatchMetrics'])
    .flatMap((directive) => listOf(fieldsOf(directive)['Metrics']))
    .map((metric) => fieldsOf(metric)['Name'])
    .filter((name) => typeof name === 'string');
  const names = [...metrics, ...Object.keys(fieldsOf(counted))].filter((name) => name.length <= LONGEST_NAME);
  return [...new Set(names)].slice(0, MOST_METRICS).flatMap((name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const sum = (Array.isArray(value) ? value : [value]).reduce<number>((all, one) => all + numberOf(one), 0);
    return sum >= 0 && sum < Infinity ? [[name, sum] as const] : [];
  });
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // a function may print anything
    return undefined;
  }
}
