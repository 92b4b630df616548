import type { Keeps } from '../../shared/keeps.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import type { costDocument } from './cost-document.ts';
import { callsOf, keepsRows, type EventCalls } from './event-calls.ts';
import type { ConsumerFacts, TemplateFacts } from './template.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** A month's work. */
export type Workload = DocumentOf<typeof costDocument>['workload'];

/** A month's work of one consumer. */
export interface Work {
  /** Those that its function works on. */
  readonly events: number;
  readonly invocations: number;
  readonly gbSeconds: number;
  readonly sqsRequests: number;
  readonly rows: number;
  readonly rowWrites: number;
  readonly rowReads: number;
  readonly objectsRead: number;
  readonly logBytes: number;
  readonly traces: number;
  /** What it puts into the output bucket; none for a consumer of rows, or of nothing. */
  readonly kept: readonly KeptObjects[];
}

export interface KeptObjects {
  readonly prefix: string;
  readonly puts: number;
  readonly bytes: number;
}

const NO_WORK: Work = {
  events: 0,
  invocations: 0,
  gbSeconds: 0,
  sqsRequests: 0,
  rows: 0,
  rowWrites: 0,
  rowReads: 0,
  objectsRead: 0,
  logBytes: 0,
  traces: 0,
  kept: [],
};

/** Live and replayed. */
export const eventsOf = (consumer: ConsumerFacts, work: Workload): number =>
  work.uploads * shareOf(consumer, work) * (1 + work.replayShare);

export function workOf(consumer: ConsumerFacts, work: Workload): Work {
  const { keeps } = consumer;
  const fresh = work.uploads * shareOf(consumer, work);
  const events = eventsOf(consumer, work);
  // EventBridge's send; whoever drains the queue receives and deletes, one by one at the worst
  if (consumer.target !== undefined) {
    return { ...NO_WORK, sqsRequests: consumer.target === 'queue' ? 3 * events : 0 };
  }
  const batch = batchOf(consumer, events);
  const invocations = events / batch;
  const [live, again] = [callsOf(consumer, false, batch), callsOf(consumer, true, batch)];
  const calls = (name: keyof EventCalls) => fresh * live[name] + (events - fresh) * again[name];
  return {
    events,
    invocations,
    gbSeconds:
      fresh * gbSecondsOf(consumer, false, batch, work) +
      (events - fresh) * gbSecondsOf(consumer, true, batch, work),
    sqsRequests: events * sqsRequestsOf(batch),
    rows: keepsRows(keeps) ? fresh : 0,
    rowWrites: calls('PutItem'),
    rowReads: calls('GetItem'),
    objectsRead: calls('GetObject'),
    logBytes:
      fresh * logBytesOf(consumer, false, batch) + (events - fresh) * logBytesOf(consumer, true, batch),
    traces: consumer.isTraced ? tracesOf(invocations) : 0,
    kept: keptOf(keeps, { fresh, events, puts: calls('PutObject') }),
  };
}

/** How many events an invocation has: spread evenly, a batch holds what comes while its window is open. */
export function batchOf({ batchSize, windowSeconds }: ConsumerFacts, events: number): number {
  return Math.min(batchSize, Math.max(1, (events / ASSUMPTIONS.secondsPerMonth) * windowSeconds));
}

/** What a consumer takes for an invocation, and for each event in it beside what its object takes to be read. */
export function timesOf({ keeps }: Pick<ConsumerFacts, 'keeps'>): {
  readonly invocationMs: number;
  readonly eventMs: number;
} {
  const { invocationMs, eventMs, lineMs, linesPutMs } = ASSUMPTIONS;
  return keepsLines(keeps)
    ? { invocationMs: invocationMs + linesPutMs, eventMs: lineMs }
    : { invocationMs, eventMs };
}

const keepsLines = (keeps: Keeps): boolean => keeps !== 'nothing' && 'lines' in keeps;

/** For each event: its part of the invocation, its own work, and the time that its object takes to be read. */
export function gbSecondsOf(
  consumer: ConsumerFacts,
  isReplayed: boolean,
  batch: number,
  { csvBytes }: Workload,
): number {
  const { invocationMs, eventMs } = timesOf(consumer);
  const { GetObject: read } = callsOf(consumer, isReplayed, batch);
  const ms = invocationMs / batch + eventMs + (read * csvBytes * 1_000) / ASSUMPTIONS.countingBytesPerSecond;
  return (ms / 1_000) * (consumer.memoryMb / 1_024);
}

/** For each event: EventBridge's send; Lambda's receive of the batch, and a delete for each ten of it. */
export const sqsRequestsOf = (batch: number): number => 1 + 1 / batch + 1 / Math.min(10, batch);

/** Lines go in one object a batch, objects in one an event; a replay writes an object over. */
function keptOf(
  keeps: Keeps,
  { fresh, events, puts }: { fresh: number; events: number; puts: number },
): readonly KeptObjects[] {
  if (keeps === 'nothing' || 'rows' in keeps) return [];
  return 'lines' in keeps
    ? [{ prefix: keeps.lines, puts, bytes: events * ASSUMPTIONS.ledgerLineBytes }]
    : [{ prefix: keeps.objects, puts, bytes: fresh * ASSUMPTIONS.keptObjectBytes }];
}

/** For each event: its line, or that of its batch where whole ones are worked on; Lambda's own; and what was counted. */
export function logBytesOf(consumer: ConsumerFacts, isReplayed: boolean, batch: number): number {
  const { keeps, loggedCounts, loggedSuccesses } = consumer;
  const a = ASSUMPTIONS;
  const { GetObject: ofObject } = callsOf(consumer, isReplayed, batch);
  // what is replayed is logged always
  const logged = isReplayed ? 1 : loggedSuccesses;
  const lines = keepsLines(keeps)
    ? a.logBytesPerBatchLine / batch
    : logged * (1 + ofObject) * a.logBytesPerLine;
  const counted = loggedCounts.includes('Recorded') ? a.logBytesOfCounts : a.logBytesOfMetrics;
  return lines + (a.logBytesPerInvocation + counted) / batch;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
function tracesOf(invocations: number): number {
  const { secondsPerMonth, tracedPerSecond, tracedShare } = ASSUMPTIONS;
  const first = Math.min(invocations, tracedPerSecond * secondsPerMonth);
  return first + (invocations - first) * tracedShare;
}

export const shareOf = ({ id, keeps }: ConsumerFacts, { csvShare, shares }: Workload): number =>
  shares[id] ?? (takesSomeNames(keeps) ? csvShare : 1);

const takesSomeNames = (keeps: Keeps): boolean => keeps !== 'nothing' && keeps.of !== undefined;

/** Consumers, by their ids, that take but some names, and of which nobody says what share that is. */
export const assumedShares = (
  { shares }: Workload,
  { consumers }: Pick<TemplateFacts, 'consumers'>,
): readonly string[] =>
  consumers.filter(({ id, keeps }) => takesSomeNames(keeps) && shares[id] === undefined).map(({ id }) => id);
