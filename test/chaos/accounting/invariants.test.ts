import { describe, expect, test } from 'vitest';
import type { RuntimeStatus } from '../../../shared/control-api.ts';
import { seeded } from '../../support/random.ts';
import { Contents } from '../work/contents.ts';
import { acceptedEvent, changeOf, type AcceptedEvent } from './accepted-event.ts';
import { fateOf, latestOf } from './fates.ts';
import { changesBetween, violationsIn, wentDown } from './invariants.ts';
import type { Observed, Row } from './observed.ts';

const KEY = 'csv/a.csv';

const published = (
  sequencer: string,
  versionId: string,
  more: Readonly<Record<string, unknown>> = {},
): string =>
  JSON.stringify({
    'detail-type': 'Object Created',
    time: '2026-11-20T07:00:00Z',
    detail: { object: { key: KEY, sequencer, 'version-id': versionId, etag: 'e1', size: 5 }, ...more },
    ...('deletion-type' in more && { 'detail-type': 'Object Deleted' }),
  });

const FIRST = acceptedEvent(published('0A', 'v1'));
const SECOND = acceptedEvent(published('0B', 'v2'));

function rowOf({ key, sequencer, versionId, timeMs, etag, size }: AcceptedEvent): Row {
  const facts = { key, sequencer, versionId, timeMs, etag, size, deleted: false };
  return { ...facts, status: 'counted', rowCount: undefined, text: sequencer };
}

const REST: RuntimeStatus = {
  now: '2026-11-20T08:00:00Z',
  drained: true,
  bus: { outbox: 0, deliveries: 0, replays: 0 },
  asyncInvocations: 0,
  functions: {},
  disk: { freeBytes: 1e9 },
  tally: {},
  queues: {},
};

const POISON = { consumer: 'ledger-exporter', body: '{"poison":1}' } as const;

/** Two puts of one key and a poison, all that they led to, and what a test changes in it. */
function observed(change: Partial<Observed> = {}): Observed {
  return {
    accepted: new Map([FIRST, SECOND].map((event) => [changeOf(event), event])),
    rows: [rowOf(SECOND)],
    counts: [rowOf(SECOND)],
    ledger: new Map([FIRST, SECOND].map((event) => [changeOf(event), [event.versionId]])),
    letters: [{ ...POISON, reason: 'malformed-event' }],
    status: REST,
    acknowledged: [FIRST, SECOND],
    poisons: [POISON],
    contents: new Contents(seeded(1)),
    ...change,
  };
}

describe('the accounting', () => {
  test('finds nothing wrong with a pipeline that keeps its promise', () => {
    expect(violationsIn(observed())).toEqual([]);
  });

  test.each<[what: string, invariant: RegExp, change: Partial<Observed>]>([
    [
      'an acknowledged upload that was never published',
      /^I11 .* v3 was acknowledged/,
      { acknowledged: [{ ...FIRST, versionId: 'v3' }] },
    ],
    ['a row that is not there', /^I1 .*metadata-writer has no row/, { rows: [] }],
    [
      'a row that an older event has left',
      /^I1 .*csv-row-counter has a row of .*0a, and lost/,
      { counts: [rowOf(FIRST)] },
    ],
    [
      'a row of a change that nobody made',
      /^I2 .*sequencer .*0c, not /,
      { rows: [{ ...rowOf(SECOND), sequencer: '0'.repeat(31) + 'c' }] },
    ],
    [
      'a row that says deleted of what is there',
      /^I2 .*deleted true, not false/,
      { rows: [{ ...rowOf(SECOND), deleted: true }] },
    ],
    [
      'a row with the ETag of another version',
      /^I2 .*etag e0, not e1/,
      { rows: [{ ...rowOf(SECOND), etag: 'e0' }] },
    ],
    [
      'a row of a key without events',
      /^I6 csv\/b\.csv: metadata-writer/,
      { rows: [rowOf(SECOND), { ...rowOf(SECOND), key: 'csv/b.csv' }] },
    ],
    ['a wrong count', /^I10 .* with 7 rows/, { counts: [{ ...rowOf(SECOND), rowCount: 7 }] }],
    [
      'an object that is said to be gone, and is not',
      /^I10 .*object-gone/,
      { counts: [{ ...rowOf(SECOND), status: 'object-gone' }] },
    ],
    [
      'an event that the ledger lacks',
      /^I7 .* is not in the ledger/,
      { ledger: new Map([[changeOf(SECOND), ['v2']]]) },
    ],
    [
      'a line without an event',
      /^I6 foreign/,
      { ledger: new Map([...observed().ledger, ['foreign', ['v9']]]) },
    ],
    [
      'a change with two identities',
      /^I7 2 changes have 3 identities/,
      {
        ledger: new Map([
          [changeOf(FIRST), ['v1', 'v1b']],
          [changeOf(SECOND), ['v2']],
        ]),
      },
    ],
    [
      'a letter with a reason of its own',
      /^I8 .*just-because/,
      { letters: [...observed().letters, { ...POISON, reason: 'just-because' }] },
    ],
    [
      'a letter that a redrive has not mended',
      /^I13 .*function-failed is left/,
      { letters: [...observed().letters, { consumer: 'metadata-writer', body: '{}', reason: undefined }] },
    ],
    [
      'a poisoned message that is gone without a letter',
      /^I12 ledger-exporter .*gone, and no letter/,
      { letters: [] },
    ],
    [
      'a message on its way',
      /^I9 work: holds/,
      { status: { ...REST, queues: { work: { visible: 0, inFlight: 1, delayed: 0 } } } },
    ],
    ['an event on its way', /^I9 outbox: 2/, { status: { ...REST, bus: { ...REST.bus, outbox: 2 } } }],
    [
      'something that was dropped',
      /^I12 dropped-events: 1/,
      { status: { ...REST, tally: { 'dropped-events': 1 } } },
    ],
  ])('finds %s', (_, invariant, change) => {
    expect(violationsIn(observed(change))[0]).toMatch(invariant);
  });

  test('lets a version be gone that was removed by its name', () => {
    const removal = acceptedEvent(published('0C', 'v2', { 'deletion-type': 'Permanently Deleted' }));
    const accepted = new Map([...observed().accepted, [changeOf(removal), removal]]);
    const ledger = new Map([...observed().ledger, [changeOf(removal), ['gone']]]);
    const counts = [{ ...rowOf(SECOND), status: 'object-gone' }];

    expect(violationsIn(observed({ accepted, ledger, counts }))).toEqual([]);
  });

  test('sees a sequencer go down, and a row that a replay has changed', () => {
    const [before, after] = [[rowOf(SECOND)], [rowOf(FIRST)]];

    expect(wentDown(before, after)).toEqual([expect.stringMatching(/^I5 csv\/a\.csv: .*0b down to .*0a$/)]);
    expect(wentDown(after, before)).toEqual([]);
    expect(changesBetween(before, after)).toEqual([expect.stringMatching(/^I3 csv\/a\.csv/)]);
    expect(changesBetween(before, before)).toEqual([]);
  });
});

const event = (key: string, sequencer: string, kind: AcceptedEvent['kind'] = 'created') => ({
  ...FIRST,
  key,
  sequencer,
  kind,
});

test('what becomes of an event is told from the documents', () => {
  const [older, newer] = [event(KEY, '1'), event(KEY, '2', 'deleted')];
  const removal = event(KEY, '3', 'version-removed');
  const note = event('csv/readme.txt', '4');
  const all = [older, newer, removal, note];
  const fates = (consumer: Parameters<typeof fateOf>[0]) =>
    all.map((one) => fateOf(consumer, one, latestOf(consumer, all)));

  expect(fates('metadata-writer')).toEqual(['superseded', 'recorded', 'not-matched', 'recorded']);
  expect(fates('csv-row-counter')).toEqual(['superseded', 'recorded', 'not-matched', 'skipped']);
  expect(fates('ledger-exporter')).toEqual(['recorded', 'recorded', 'recorded', 'recorded']);
});
