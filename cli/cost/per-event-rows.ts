import type { Column, TableLine } from '../terminal/cell.ts';
import type { PerEvent } from './per-event.ts';

export const PER_EVENT_COLUMNS: readonly Column[] = [
  { heading: 'consumer', kind: 'name' },
  { heading: 'event', kind: 'text' },
  { heading: 'sdk calls', kind: 'text' },
  { heading: 'sqs requests', kind: 'count' },
  { heading: 'write units', kind: 'count' },
  { heading: 'read units', kind: 'count' },
  { heading: 'log bytes', kind: 'count' },
  { heading: 'a batch', kind: 'count' },
  { heading: '$ a million', kind: 'count' },
];

export const perEventRow = (one: PerEvent): TableLine => [
  one.consumer,
  one.isReplayed ? 'replayed' : 'live',
  Object.entries(one.sdkCalls)
    .map(([operation, count]) => `${short(count)} ${operation}`)
    .join(', ') || '–',
  short(one.sqsRequests),
  short(one.writeUnits),
  short(one.readUnits),
  String(Math.round(one.logBytes)),
  short(one.eventsPerInvocation),
  one.usdPerMillion.toFixed(2),
];

const short = (number: number): string => String(Number(number.toPrecision(3)));
