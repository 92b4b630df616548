import type { AcceptedEvent } from './accepted-event.ts';
import { latestOf, isWanted, type ConsumerName } from './fates.ts';
import type { SeenLetter, Observed, Row } from './observed.ts';

/** Letters may say this; one that says nothing is of a function that died. */
const REASONS = ['malformed-event', 'unsupported-event', 'retries-exhausted', 'expired', undefined];

/** What nothing that happened may have led to. */
const NEVER = [
  'dropped-events',
  'expired-messages',
  'expired-letters',
  'expired-rows',
  'damaged-bodies',
] as const;

/**
 * What an observed pipeline has broken of its promise, each beginning with the invariant's number: `I2 csv/a.csv: …`. Nothing
 * is on its way when this is asked, and every letter with a cause that has gone was redriven.
 *
 * I3, that a replay changes nothing, and I5, that no sequencer goes down, need two observations: see `changesBetween`.
 */
export function violationsIn(observed: Observed): string[] {
  return [
    ...lost(observed),
    ...wrongRows('metadata-writer', observed.rows, observed),
    ...wrongRows('csv-row-counter', observed.counts, observed),
    ...wrongCounts(observed),
    ...wrongLedger(observed),
    ...wrongLetters(observed),
    ...unsettled(observed),
  ];
}

/** I11: what was acknowledged was published. */
function lost({ accepted, acknowledged }: Observed): string[] {
  const published = new Set(
    accepted.values().map(({ key, kind, versionId }) => `${kind} ${versionId} ${key}`),
  );
  return acknowledged
    .filter(({ key, kind, versionId }) => !published.has(`${kind} ${versionId} ${key}`))
    .map(
      ({ key, kind, versionId }) => `I11 ${key}: ${kind} ${versionId} was acknowledged, and is in no event`,
    );
}

/** I1, I2 and I6: each row is what the latest event of its key says. */
function wrongRows(consumer: ConsumerName, rows: readonly Row[], { accepted }: Observed): string[] {
  const latest = latestOf(consumer, accepted.values());
  const rowOf = new Map(rows.map((row) => [row.key, row]));
  const differing = [...latest.values()].flatMap((event) => {
    const row = rowOf.get(event.key);
    if (row === undefined) {
      return [`I1 ${event.key}: ${consumer} has no row, and an event of ${event.sequencer}`];
    }
    if (row.sequencer < event.sequencer) {
      return [`I1 ${event.key}: ${consumer} has a row of ${row.sequencer}, and lost ${event.sequencer}`];
    }
    const wrong = differences(row, event);
    return wrong.length === 0 ? [] : [`I2 ${event.key}: ${consumer} has a row with ${wrong.join(', ')}`];
  });
  const foreign = rows
    .filter(({ key }) => !latest.has(key))
    .map(({ key }) => `I6 ${key}: ${consumer} has a row, and there was no event`);
  return [...differing, ...foreign];
}

function differences(row: Row, event: AcceptedEvent): string[] {
  const isCreated = event.kind === 'created';
  const pairs: [name: string, is: unknown, shouldBe: unknown][] = [
    ['sequencer', row.sequencer, event.sequencer],
    ['version', row.versionId, event.versionId],
    ['time', row.timeMs, event.timeMs],
    ['deleted', row.deleted, !isCreated],
  ];
  if (isCreated) {
    pairs.push(['etag', row.etag, event.etag], ['size', row.size, event.size]);
  }
  return pairs
    .filter(([, is, shouldBe]) => is !== shouldBe)
    .map(([name, is, shouldBe]) => `${name} ${String(is)}, not ${String(shouldBe)}`);
}

/** I10: each count is csv-parse's, of the version that the row names. */
function wrongCounts({ counts, contents, accepted }: Observed): string[] {
  const removed = new Set(
    accepted
      .values()
      .filter(({ kind }) => kind === 'version-removed')
      .map(({ versionId }) => versionId),
  );
  return counts
    .filter(({ deleted }) => !deleted)
    .flatMap(({ key, status, rowCount, versionId, etag }) => {
      if (status === 'object-gone' && removed.has(versionId)) return [];
      const expected = contents.rowsOf(etag ?? '');
      if (status === 'counted' && rowCount === expected) return [];
      return [`I10 ${key}: ${status} with ${rowCount} rows, and csv-parse says ${expected}`];
    });
}

/** I6 and I7: the distinct lines of the ledger are the accepted events. */
function wrongLedger({ accepted, ledger }: Observed): string[] {
  const missing = [...accepted]
    .filter(([change, event]) => isWanted('ledger-exporter', event) && !ledger.has(change))
    .map(([, { key, sequencer }]) => `I7 ${key}: the event of ${sequencer} is not in the ledger`);
  const foreign = [...ledger.keys()]
    .filter((change) => !accepted.has(change))
    .map((change) => `I6 ${change}: in the ledger, and there was no event`);
  const identities = new Set(ledger.values().flatMap((of) => of));
  return identities.size === ledger.size
    ? [...missing, ...foreign]
    : [...missing, ...foreign, `I7 ${ledger.size} changes have ${identities.size} identities in the ledger`];
}

const nameOf = ({ consumer, body }: Pick<SeenLetter, 'body' | 'consumer'>) => `${consumer} ${body}`;

/** I8, I12 and I13: only what nothing can mend is left, and each of it. */
function wrongLetters({ letters, poisons }: Observed): string[] {
  const sent = new Set(poisons.map(nameOf));
  const left = new Set(letters.map(nameOf));
  const odd = letters
    .filter(({ reason }) => !REASONS.includes(reason))
    .map(({ reason, consumer }) => `I8 ${consumer}: a letter with the reason ${reason}`);
  const unmended = letters
    .filter((letter) => letter.reason !== 'malformed-event' || !letter.body.startsWith('{"poison":'))
    .map(
      ({ consumer, body, reason, error = 'no error told' }) =>
        `I13 ${consumer}: ${reason ?? 'function-failed'} is left after a redrive: ${error}: ${body}`,
    );
  const gone = [...sent].filter((name) => !left.has(name)).map((name) => `I12 ${name}: gone, and no letter`);
  return [...odd, ...unmended, ...gone];
}

/** I1 and I9: nothing is on its way, and nothing was dropped. */
function unsettled({ status }: Observed): string[] {
  const { bus, queues, tally } = status;
  const waiting = Object.entries({ ...bus }).filter(([, count]) => count > 0);
  const full = Object.entries(queues).filter(
    ([, { visible, inFlight, delayed }]) => visible + inFlight + delayed > 0,
  );
  const dropped = NEVER.filter((name) => (tally[name] ?? 0) > 0);
  return [
    ...waiting.map(([name, count]) => `I9 ${name}: ${count} on the way`),
    ...full.map(([name, stats]) => `I9 ${name}: holds ${JSON.stringify(stats)}`),
    ...dropped.map((name) => `I12 ${name}: ${tally[name]}`),
  ];
}

/** I5: rows whose sequencer went down between two observations. */
export function wentDown(before: readonly Row[], after: readonly Row[]): string[] {
  const earlier = new Map(before.map(({ key, sequencer }) => [key, sequencer]));
  return after
    .filter(({ key, sequencer }) => sequencer < (earlier.get(key) ?? ''))
    .map(({ key, sequencer }) => `I5 ${key}: its row went from ${earlier.get(key)} down to ${sequencer}`);
}

/** I3: rows that are not, to the last attribute, what they were. */
export function changesBetween(before: readonly Row[], after: readonly Row[]): string[] {
  const texts = new Map(before.map(({ key, text }) => [key, text]));
  return after
    .filter(({ key, text }) => texts.get(key) !== text)
    .map(({ key, text }) => `I3 ${key}: changed from ${texts.get(key)} to ${text}`);
}
