import {
  paginateGetMetricData,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { PRICES } from '../cost/price-table.ts';
import { asked } from '../pipeline/asked.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
const MOST_QUERIES = 500;

/** One metric of one resource. */
export interface MetricQuery {
  /** Names it in the answer. */
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [name: string, value: string];
  /** `Sum`, `Maximum`, `p95` */
  readonly stat: string;
}

/** All metrics that a resource has in a namespace, each added up: their names are not known beforehand. */
export interface MetricSearch {
  readonly id: string;
  readonly namespace: string;
  readonly dimension: readonly [name: string, value: string];
}

export interface MetricPeriods {
  readonly since: Date;
  readonly until: Date;
  readonly periodSeconds: number;
}

/** What CloudWatch has answered. */
export interface MetricData {
  /** By the query's id: values by the start of their period, in milliseconds since 1970. */
  readonly values: ReadonlyMap<string, Values>;
  /** By the search's id and the metric's name. */
  readonly found: ReadonlyMap<string, ReadonlyMap<string, Values>>;
  readonly costUsd: number;
  readonly unavailable: readonly { readonly what: string; readonly why: string }[];
}

type Values = ReadonlyMap<number, number>;

/**
 * Asks CloudWatch, at most 500 metrics a call, each call to its last page. One that is throttled or denied leaves the others.
 */
export async function metricData(
  pipeline: Pipeline,
  queries: readonly MetricQuery[],
  searches: readonly MetricSearch[],
  periods: MetricPeriods,
): Promise<MetricData> {
  const all = [
    ...queries.map((query) => dataQuery(query, periods)),
    ...searches.map((search) => searchQuery(search, periods)),
  ];
  const values = new Map<string, Map<number, number>>();
  const found = new Map<string, Map<string, Map<number, number>>>();
  const problems = new Map<string, string>();
  for (let from = 0; from < all.length; from += MOST_QUERIES) {
    const answer = await asked(
      resultsOf(pipeline, all.slice(from, from + MOST_QUERIES), periods),
      pipeline.deployment,
    );
    if ('problem' in answer) {
      problems.set('CloudWatch', answer.problem.message);
      continue;
    }
    for (const result of answer.answer) {
      const { Id = '', Label = '', StatusCode } = result;
      const isSearch = searches.some(({ id }) => id === Id);
      if (StatusCode === 'Forbidden' || StatusCode === 'InternalError') {
        problems.set(`CloudWatch, ${Label || Id}`, messageOf(result));
      } else if (isSearch) {
        addValues(entry(entry(found, Id, newFound), Label, newValues), result);
      } else addValues(entry(values, Id, newValues), result);
    }
  }
  const metrics = queries.length + [...found.values()].reduce((sum, { size }) => sum + size, 0);
  return {
    values,
    found,
    costUsd: problems.has('CloudWatch') ? 0 : metricsUsd(metrics),
    unavailable: [...problems].map(([what, why]) => ({ what, why })),
  };
}

/** What asking for so many metrics costs. */
export const metricsUsd = (metrics: number): number => (metrics / 1_000) * PRICES.metricsThousandRequested;

async function resultsOf(
  { metrics }: Pipeline,
  MetricDataQueries: MetricDataQuery[],
  { since, until }: MetricPeriods,
): Promise<readonly MetricDataResult[]> {
  const results: MetricDataResult[] = [];
  const question = { StartTime: since, EndTime: until, MetricDataQueries };
  for await (const page of paginateGetMetricData({ client: metrics }, question)) {
    results.push(...(page.MetricDataResults ?? []));
  }
  return results;
}

function dataQuery(
  { id, namespace, metric, dimension, stat }: MetricQuery,
  { periodSeconds }: MetricPeriods,
) {
  const [Name, Value] = dimension;
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metric, Dimensions: [{ Name, Value }] },
      Stat: stat,
      Period: periodSeconds,
    },
  };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html */
function searchQuery({ id, namespace, dimension }: MetricSearch, { periodSeconds }: MetricPeriods) {
  const [name, value] = dimension;
  return {
    Id: id,
    Expression: `SEARCH('{"${namespace}",${name}} ${name}="${value}"', 'Sum', ${periodSeconds})`,
    // otherwise CloudWatch puts together what tells them apart
    Label: "${PROP('MetricName')}",
  };
}

const newValues = () => new Map<number, number>();
const newFound = () => new Map<string, Map<number, number>>();

/** The pages of a metric are put together. */
function addValues(into: Map<number, number>, { Timestamps = [], Values = [] }: MetricDataResult): void {
  for (const [index, time] of Timestamps.entries()) {
    const value = Values[index];
    if (value !== undefined) into.set(time.getTime(), value);
  }
}

const messageOf = ({ Messages = [], StatusCode }: MetricDataResult): string =>
  Messages.map(({ Value = '' }) => Value).join('; ') || (StatusCode ?? '');

/** What stands in the map under the key; made where nothing does. */
function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
