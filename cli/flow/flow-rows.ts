import { timeText } from '../terminal/time.ts';
import { countText } from '../terminal/units.ts';
import type { Cell, Column, TableLine } from '../terminal/cell.ts';
import type { ConsumerFlow, Flow } from './flow.ts';

export const FLOW_COLUMNS: readonly Column[] = [
  { heading: 'consumer', kind: 'name' },
  { heading: 'matched', kind: 'count' },
  { heading: 'delivered', kind: 'count' },
  { heading: 'waiting', kind: 'count' },
  { heading: 'in flight', kind: 'count' },
  { heading: 'oldest', kind: 'duration' },
  { heading: 'done', kind: 'count' },
  { heading: 'done/s', kind: 'count' },
  { heading: 'failed', kind: 'count' },
  { heading: 'letters', kind: 'count' },
  { heading: 'undelivered', kind: 'count' },
];

/** A row of the table. What is not known is `?`, what a consumer of such a target cannot have `–`. */
export function flowRow(flow: ConsumerFlow): TableLine {
  const { name, target, matched, delivered, waiting, inFlight, delayed, oldestAgeSeconds } = flow;
  const hasQueue = target === 'function' || target === 'queue';
  const ofQueue = (count: number | null): Cell => (hasQueue ? (count ?? '?') : '–');
  const failed = target === 'function' ? (flow.failed ?? '?') : '–';
  return [
    name,
    matched ?? '?',
    delivered ?? '?',
    ofQueue(waiting === null ? null : waiting + (delayed ?? 0)),
    ofQueue(inFlight),
    oldestAgeSeconds === null ? '–' : oldestAgeSeconds * 1_000,
    ofQueue(flow.done),
    ofQueue(flow.perSecond?.done ?? null),
    alarming(failed, 'yellow'),
    alarming(ofQueue(flow.deadLetters), 'red'),
    alarming(flow.ruleDeadLetters ?? '?', 'red'),
  ];
}

/** What stands below the table: `bus 12,345 events, 40/s, 0 waiting; archive 12,345; counted since 07:00:00`. */
export function flowNote({ at, since, bus, archive, countedBy }: Flow): string {
  const rate = bus.perSecond === null ? '' : `, ${countText(bus.perSecond.published)}/s`;
  return [
    `bus ${known(bus.published)} events${rate}, ${known(bus.waiting)} waiting`,
    `archive ${known(archive.events)}`,
    `counted since ${timeText(since, new Date(at))} UTC${countedBy === 'metrics' ? ' by CloudWatch, some minutes behind' : ''}`,
  ].join('; ');
}

const known = (count: number | null): string => (count === null ? '?' : countText(count));

const alarming = (cell: Cell, style: 'red' | 'yellow'): Cell =>
  typeof cell === 'number' && cell > 0 ? { value: cell, style } : cell;
