import { orderable, type AcceptedEvent } from '../history/accepted-event.ts';
import { dueTo } from '../history/expectation.ts';
import type { Place } from '../place.ts';
import type { Row } from '../world/row.ts';
import type { World } from '../world/world.ts';

type Consumer = Place['consumers'][number];

const REASONS: ReadonlySet<string | undefined> = new Set([
  'malformed-event',
  'unsupported-event',
  'retries-exhausted',
  'expired',
  // of SQS itself: the function died on it
  undefined,
]);

/** I1 and I8: everything is accounted for, letters included, each with a reason. */
export function afterDraining(world: World): void {
  for (const consumer of world.place.consumers) conserved(world, consumer, true);
}

/** I13, I2, I6 and I7: what could be redriven is done, and the stores say what the events say. */
export function afterRedrive(world: World): void {
  for (const consumer of world.place.consumers) {
    conserved(world, consumer, false);
    if (consumer.table !== undefined) tableIsFold(world, consumer);
  }
  ledgerIsWhole(world);
}

function conserved(world: World, consumer: Consumer, mayBeLettered: boolean): void {
  const { checks, services } = world;
  const { name, deadLetterQueue, ruleDeadLetterQueue } = consumer;
  const letters = services.letters(deadLetterQueue);
  for (const { attributes } of letters) {
    const reason = attributes === null ? undefined : reasonIn(attributes);
    if (!REASONS.has(reason)) checks.fail('I8', `a letter of ${name} has the reason ${reason}`);
  }
  const bodies = [...letters, ...services.letters(ruleDeadLetterQueue)].map(({ body }) => body);
  const poison = new Set(bodies);
  const lettered = new Set(bodies.map((body) => checks.eventOf(body)?.id));
  for (const event of checks.accepted.values()) {
    const isLettered = lettered.has(event.id);
    const due = dueTo(name, event);
    if (due === 'letter' ? isLettered : checks.isDealtWith(name, event) || (mayBeLettered && isLettered)) {
      continue;
    }
    checks.fail(
      mayBeLettered ? 'I1' : 'I13',
      `${name} owes a ${due} to ${event.id} (${event.detailType} of ${event.key}), and there is none`,
    );
  }
  for (const [body, to] of checks.poison) {
    if (to === name && !poison.has(body)) {
      checks.fail('I1', `${name} has no letter of what it cannot read: ${body.slice(0, 80)}`);
    }
  }
}

function reasonIn(attributes: string): string | undefined {
  return (JSON.parse(attributes) as Record<string, { StringValue?: string }>)['Reason']?.StringValue;
}

function tableIsFold(world: World, { name, table }: Consumer): void {
  const { checks, tables, place } = world;
  const newest = new Map<string, AcceptedEvent>();
  for (const event of checks.accepted.values()) {
    if (dueTo(name, event) !== 'row') continue;
    const held = newest.get(event.key);
    if (held === undefined || orderable(held.sequencer!) < orderable(event.sequencer!)) {
      newest.set(event.key, event);
    }
  }
  const rows = tables.rows(table!);
  if (rows.size !== newest.size) checks.fail('I6', `${table} has ${rows.size} rows of ${newest.size} keys`);
  for (const [key, event] of newest) {
    const row = tables.row(table!, place.rowKey(name, key)) ?? {};
    // what else it says was looked at when it was written
    if (row['sequencer'] !== orderable(event.sequencer!)) {
      checks.fail('I2', `the row of ${key} in ${table} is not that of its newest event, ${event.id}`);
    }
    if (name === 'metadata-writer') showsTheBucket(world, event, row);
  }
}

/** Where no version was taken away by name, and every event could be ordered, the newest event is the state of the bucket itself. */
function showsTheBucket({ bucket, checks }: World, { key }: AcceptedEvent, row: Row): void {
  const others = [...checks.accepted.values()].filter((event) => event.key === key);
  const isTold = others.every(
    ({ detailType, deletionType, versionId, sequencer }) =>
      (detailType === 'Object Tags Added' || sequencer !== undefined) &&
      (deletionType !== 'Permanently Deleted' || versionId === undefined),
  );
  if (!isTold) return;
  const current = bucket.current(key);
  if (row['deleted'] === (current === undefined) && row['etag'] === current?.etag) return;
  if (current === undefined && row['deleted'] === true) return;
  checks.fail('I2', `the row of ${key} is not what the bucket holds`);
}

/** I6 and I7 */
function ledgerIsWhole({ checks, ledger }: World): void {
  if (ledger.fault !== undefined) checks.fail('I7', ledger.fault);
  const known = new Set<string>();
  for (const event of checks.accepted.values()) {
    known.add(event.requestId);
    if (dueTo('ledger-exporter', event) === 'line' && !ledger.identities.has(event.requestId)) {
      checks.fail('I7', `the ledger has no line of ${event.id} (${event.key})`);
    }
  }
  for (const requestId of ledger.identities.keys()) {
    if (!known.has(requestId)) {
      checks.fail('I6', `the ledger has a line of ${requestId}, which S3 never told of`);
    }
  }
}
