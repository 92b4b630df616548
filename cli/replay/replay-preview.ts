import type { StoredRow } from '../../shared/row-fields.ts';
import type { replayPreviewSchema } from './replay-documents.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { stateAfter } from '../../shared/object-event/current-state.ts';
import { whySkipped, type Keeps } from '../../shared/keeps.ts';
import { InvalidEventError } from '../../shared/object-event/invalid-event-error.ts';
import type { ObjectEvent } from '../../shared/object-event/object-event.ts';
import { parseObjectEvents } from '../../shared/object-event/object-event-parser.ts';
import { batchGet } from '../pipeline/batch-get.ts';
import { archivedEvents } from '../pipeline/archived-events.ts';
import type { LocalControl } from '../pipeline/local-control.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { PRICES } from '../cost/price-table.ts';
import type { Window } from './replay-window.ts';
import type { Route } from '../pipeline/routing.ts';
import { rowTableOf, type RowTable } from '../pipeline/row-table.ts';

export type ReplayPreview = DocumentOf<typeof replayPreviewSchema>;

type ConsumerPreview = ReplayPreview['consumers'][number];

type RowsPreview = NonNullable<ConsumerPreview['rows']>;

export async function previewReplay(
  pipeline: Pipeline,
  routes: readonly Route[],
  window: Window,
): Promise<ReplayPreview> {
  return pipeline.control === undefined
    ? await byMetrics(pipeline, routes, window)
    : await byArchive(pipeline, pipeline.control, routes, window);
}

const costOf = (events: number): number => (events / 1e6) * PRICES.eventBridgeMillionEvents;

const HOUR_S = 3_600;

/** So many keys are named. */
const SHOWN_KEYS = 20;

async function byMetrics(
  { metrics }: Pipeline,
  routes: readonly Route[],
  { since, until }: Window,
): Promise<ReplayPreview> {
  const { MetricDataResults = [] } = await metrics.send(
    new GetMetricDataCommand({
      StartTime: since,
      EndTime: until,
      MetricDataQueries: routes.map(({ consumer }, index) => ({
        Id: `rule${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Events',
            MetricName: 'Invocations',
            Dimensions: [{ Name: 'RuleName', Value: consumer.ruleName }],
          },
          Stat: 'Sum',
          Period: HOUR_S,
        },
      })),
    }),
  );
  const consumers = routes.map(({ consumer }, index) => ({
    consumer: consumer.name,
    events: (MetricDataResults.find(({ Id }) => Id === `rule${index}`)?.Values ?? []).reduce(
      (sum, one) => sum + one,
      0,
    ),
  }));
  // an event counts once, however many rules want it
  const events = Math.max(0, ...consumers.map((one) => one.events));
  return { countedBy: 'metrics', events, costUsd: costOf(events), consumers };
}

async function byArchive(
  pipeline: Pipeline,
  control: LocalControl,
  routes: readonly Route[],
  window: Window,
): Promise<ReplayPreview> {
  const counts = routes.map((route) => ({
    route,
    events: 0,
    table: rowTableOf(pipeline, route.consumer),
    keeps: pipeline.keepsOf(route.consumer),
    newest: new Map<string, string>(),
  }));
  let events = 0;
  const keys = new Set<string>();
  for await (const event of archivedEvents(control, pipeline.archiveName, window)) {
    const text = JSON.stringify(event);
    const wanted = counts.filter(({ route }) => route.isEnabled && route.matcher.matches(text));
    if (wanted.length === 0) continue;
    events++;
    for (const { key } of objectEventsIn(event)) keys.add(key);
    for (const count of wanted) {
      count.events++;
      if (count.table !== undefined) noteSequencer(count.newest, event, count.keeps);
    }
  }
  const consumers = await Promise.all(
    counts.map(async ({ route, events: ofConsumer, table, newest }): Promise<ConsumerPreview> => {
      const rows = table === undefined ? undefined : await compareRows(pipeline, table, newest);
      return { consumer: route.consumer.name, events: ofConsumer, ...(rows !== undefined && { rows }) };
    }),
  );
  const objects = { count: keys.size, keys: [...keys].slice(0, SHOWN_KEYS) };
  return { countedBy: 'archive', events, costUsd: costOf(events), objects, consumers };
}

/** None of what is no event of an object: rules may let through others too. */
function objectEventsIn(value: unknown): readonly ObjectEvent[] {
  try {
    return parseObjectEvents(value);
  } catch (error) {
    if (error instanceof InvalidEventError) return [];
    throw error;
  }
}

/** Notes for each key the newest event that says something about its current object. */
function noteSequencer(newest: Map<string, string>, value: unknown, keeps: Keeps): void {
  for (const event of parseObjectEvents(value)) {
    if (whySkipped(keeps, event.key) !== undefined) continue;
    if (event.origin === 'backfill' || event.sequencer === undefined || stateAfter(event) === undefined) {
      continue;
    }
    const known = newest.get(event.key);
    if (known === undefined || known < event.sequencer) newest.set(event.key, event.sequencer);
  }
}

const KEYS_AT_A_TIME = 100;

async function compareRows(
  pipeline: Pipeline,
  { tableName, keyOf, objectKeyOf }: RowTable,
  newest: ReadonlyMap<string, string>,
): Promise<RowsPreview> {
  const keys = [...newest.keys()];
  let [behind, current, newer] = [0, 0, 0];
  for (let at = 0; at < keys.length; at += KEYS_AT_A_TIME) {
    const asked = keys.slice(at, at + KEYS_AT_A_TIME);
    const found = await batchGet(pipeline, tableName, asked.map(keyOf));
    const rows = new Map(found.map((row) => [objectKeyOf(row), (row as StoredRow).sequencer]));
    for (const key of asked) {
      const [ofRow = '', ofEvent = ''] = [rows.get(key) as string | undefined, newest.get(key)];
      if (ofRow < ofEvent) behind++;
      else if (ofRow === ofEvent) current++;
      else newer++;
    }
  }
  return { behind, current, newer };
}
