import { afterEach, describe, expect, test, vi } from 'vitest';
import { RuntimeClock } from '../../../local/clock.ts';
import { Store } from '../../../local/store.ts';
import { Tally } from '../../../local/storage/tally.ts';
import { WouldSendRecords, type Sent } from '../../../local/would-send/would-send-records.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BUS = 'arn:aws:events:eu-west-1:111122223333:event-bus/partner';
const DAY_MS = 86_400_000;

const opened: { close(): void }[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const one of opened.splice(0)) one.close();
});

/** Records over a store of their own, and what the runtime's log got. */
function recordsIn(folder = temporaryFolder('would-send'), keptBytes?: number) {
  const lines: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
  const store = new Store(folder);
  const clock = new RuntimeClock();
  const records = new WouldSendRecords(store, clock, keptBytes);
  const close = () => {
    records.stop();
    clock.stop();
    store.close();
  };
  opened.push({ close });
  return { folder, store, clock, records, lines, close: () => opened.pop()!.close() };
}

const busEvent = (key: string, bucket = 'ingest') => ({
  version: '0',
  id: key,
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '000000000000',
  time: '2026-11-20T07:00:00Z',
  region: 'eu-west-1',
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: { key, size: 5, etag: 'e', sequencer: '0055AED6DCD90281E5' },
    'request-id': 'r',
    requester: '000000000000',
    reason: 'PutObject',
  },
});

const sent = (event: object, more: Partial<Sent> = {}): Sent => ({
  by: 'partner-rule',
  to: BUS,
  event: JSON.stringify(event),
  ...more,
});

describe('what would have been sent', () => {
  test('is listed whole, newest first, with who sent it, where to, and the key it is about', () => {
    const { records, clock } = recordsIn();
    records.add(sent(busEvent('a b.csv')));
    records.add(sent({ bucket: 'ingest', key: 'big.csv', rows: 7 }, { by: 'counter', to: 'arn:x' }));
    records.add(sent({}, { event: 'plain words' }));

    expect(records.page({ limit: 10 })).toEqual({
      events: [
        { at: expect.any(String) as string, by: 'partner-rule', to: BUS, event: 'plain words' },
        {
          at: expect.any(String) as string,
          by: 'counter',
          to: 'arn:x',
          key: 'big.csv',
          event: { bucket: 'ingest', key: 'big.csv', rows: 7 },
        },
        {
          at: expect.any(String) as string,
          by: 'partner-rule',
          to: BUS,
          key: 'a b.csv',
          event: busEvent('a b.csv'),
        },
      ],
    });
    const [newest] = records.page({ limit: 1 }).events;
    expect(Math.abs(Date.parse(newest!.at) - clock.now())).toBeLessThan(60_000);
  });

  test('comes page by page, each event once, though more are sent in between', () => {
    const { records } = recordsIn();
    for (let index = 0; index < 7; index++) records.add(sent(busEvent(`k${index}`)));
    const keys: (string | undefined)[] = [];
    let after: string | undefined;
    do {
      const page = records.page({ limit: 3, after });
      keys.push(...page.events.map(({ key }) => key));
      after = page.next;
      records.add(sent(busEvent('late')));
    } while (after !== undefined);

    expect(keys).toEqual(['k6', 'k5', 'k4', 'k3', 'k2', 'k1', 'k0']);
  });

  test('is found by its bucket, by its key, and by both', () => {
    const { records } = recordsIn();
    for (const [bucket, key] of [
      ['one', 'a'],
      ['two', 'a'],
      ['one', 'b'],
    ] as const) {
      records.add(sent(busEvent(key, bucket)));
    }
    const found = (search: { bucket?: string; key?: string }) =>
      records
        .page({ ...search, limit: 10 })
        .events.map(({ event }) => (event as ReturnType<typeof busEvent>).resources[0]!.slice(13));

    expect(found({ bucket: 'one' })).toEqual(['one', 'one']);
    expect(found({ key: 'a' })).toEqual(['two', 'one']);
    expect(found({ bucket: 'two', key: 'a' })).toEqual(['two']);
    expect(found({ bucket: 'two', key: 'b' })).toEqual([]);
  });

  test('is refused with a cursor that no page gave', () => {
    expect(() => recordsIn().records.page({ limit: 1, after: '-1' })).toThrow(/"-1" is no cursor of a page/);
  });

  test('outlives the runtime, and goes after 30 days of running time with a line and a count', () => {
    const first = recordsIn();
    first.records.add(sent(busEvent('old')));
    first.close();
    const { records, clock, store, lines } = recordsIn(first.folder);
    records.start();
    clock.advance(29 * DAY_MS);
    records.add(sent(busEvent('young')));
    expect(records.page({ limit: 10 }).events).toHaveLength(2);
    lines.length = 0;

    clock.advance(DAY_MS + 3_600_000);
    records.start();

    return vi.waitFor(() => {
      expect(records.page({ limit: 10 }).events.map(({ key }) => key)).toEqual(['young']);
      expect(new Tally(store).counts()).toEqual({ 'expired-would-send': 1 });
      expect(lines).toEqual([expect.stringContaining('the oldest first')]);
    });
  });

  test('is bounded: the oldest go, an eighth at a time, and never the newest', () => {
    const { records, store } = recordsIn(undefined, 10_000);
    for (let index = 0; index < 500; index++) {
      records.add(sent(busEvent(`k${index}`)));
      const { bytes } = store.prepare('SELECT sum(length(event)) AS bytes FROM would_send').get() as {
        bytes: number;
      };
      expect(bytes).toBeLessThanOrEqual(10_600);
    }
    const { events } = records.page({ limit: 1_000 });

    expect(events[0]!.key).toBe('k499');
    expect(events.length + new Tally(store).counts()['expired-would-send']!).toBe(500);
  });

  test('stands and falls with the transaction that sends it', () => {
    const { records, store } = recordsIn();
    expect(() =>
      store.transaction(() => {
        records.add(sent(busEvent('k')));
        throw new Error('undo');
      }),
    ).toThrow('undo');

    expect(records.page({ limit: 1 })).toEqual({ events: [] });
  });

  test('is told in the log once per target', () => {
    const { records, lines } = recordsIn();
    for (const to of [BUS, BUS, 'arn:other']) records.add(sent(busEvent('k'), { to }));

    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ target: BUS, by: 'partner-rule' }),
      expect.objectContaining({ target: 'arn:other' }),
    ]);
  });
});
