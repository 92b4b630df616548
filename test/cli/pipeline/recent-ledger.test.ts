import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ledgerOf, RecentLedger, type RecentLedgerOptions } from '../../../cli/pipeline/recent-ledger.ts';
import type { LedgerLine } from '../../../cli/pipeline/ledger-line.ts';
import { NOW, pipelineInAws, resetMocks, s3 } from '../../support/mocked-aws.ts';
import { ledgerHolds, type WrittenLines } from '../../support/mocked-ledger.ts';

beforeEach(resetMocks);
afterAll(() => {
  vi.useRealTimers();
});

const SEED = 20261120;
const at = (time: string) => `2026-11-20T${time}.000Z`;
const hour = (hh: string, name: string) => `ledger/dt=2026-11-20/hour=${hh}/${name}.ndjson`;
const line = (key: string, time: string, more: object = {}) => ({
  identity: key,
  object_key: key,
  event_time: at(time),
  ...more,
});

function recent(options: Partial<RecentLedgerOptions> = {}): RecentLedger {
  const pipeline = pipelineInAws();
  return new RecentLedger(pipeline, ledgerOf(pipeline)!, {
    since: new Date(NOW.getTime() - 24 * 3_600_000),
    until: NOW,
    signal: new AbortController().signal,
    ...options,
  });
}

async function all(ledger: RecentLedger): Promise<LedgerLine[]> {
  return await Array.fromAsync(ledger.lines());
}

const keysOf = (lines: readonly LedgerLine[]) => lines.map(({ key }) => key);

describe('the ledger’s last hours', () => {
  test('come newest first, over hours and over objects of one hour, each event once', async () => {
    ledgerHolds({
      [hour('11', 'a')]: { at: at('11:31:00'), lines: [line('c', '11:10:00'), line('e', '11:30:00')] },
      [hour('11', 'b')]: { at: at('11:21:00'), lines: [line('d', '11:20:00'), line('b', '11:00:01')] },
      [hour('10', 'c')]: { at: at('11:00:09'), lines: [line('a', '10:59:59')] },
      [hour('11', 'd')]: { at: at('11:22:00'), lines: [line('d', '11:20:00')] },
    });
    const ledger = recent();

    expect(keysOf(await all(ledger))).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(ledger.looked).toEqual({
      hours: 24,
      objects: 4,
      bytes: expect.any(Number) as number,
      unreadable: 0,
      isComplete: true,
      completeSince: '2026-11-19T12:00:00.000Z',
    });
  });

  test('are read no further than they are asked for', async () => {
    ledgerHolds({
      [hour('11', 'a')]: { at: at('11:31:00'), lines: [line('c', '11:30:00')] },
      [hour('09', 'b')]: { at: at('09:31:00'), lines: [line('b', '09:30:00')] },
    });

    for await (const { key } of recent().lines()) {
      expect(key).toBe('c');
      break;
    }

    expect(s3.commandCalls(ListObjectsV2Command)).toHaveLength(1);
    expect(s3.commandCalls(GetObjectCommand)).toHaveLength(1);
  });

  test('leave out what is older than asked for, and what is not before the end', async () => {
    ledgerHolds({
      [hour('11', 'a')]: {
        at: at('11:31:00'),
        lines: [line('a', '11:09:59'), line('b', '11:10:00'), line('c', '11:19:59'), line('d', '11:20:00')],
      },
    });

    const lines = await all(recent({ since: new Date(at('11:10:00')), until: new Date(at('11:20:00')) }));

    expect(keysOf(lines)).toEqual(['c', 'b']);
  });

  test('prefer the live line of an event to a replay’s', async () => {
    ledgerHolds({
      [hour('10', 'replayed')]: {
        at: at('11:50:00'),
        lines: [line('a', '10:30:00', { replay_name: 'again' })],
      },
      [hour('10', 'live')]: { at: at('10:31:00'), lines: [line('a', '10:30:00')] },
    });

    const [only, ...others] = await all(recent());

    expect([only?.object, others]).toEqual([hour('10', 'live'), []]);
  });

  test('stop at a bound, and say since when nothing is missing', async () => {
    const objects = Object.fromEntries(
      Array.from({ length: 20 }, (_, index): [string, WrittenLines] => {
        const minute = String(10 + index);
        return [
          hour('11', `o${minute}`),
          { at: at(`11:${minute}:10`), lines: [line(`k${minute}`, `11:${minute}:00`)] },
        ];
      }),
    );
    ledgerHolds(objects);
    const byObjects = recent({ mostObjects: 5 });
    const byBytes = recent({ mostBytes: 1 });

    expect(keysOf(await all(byObjects))).toEqual(['k29', 'k28', 'k27', 'k26', 'k25']);
    expect(byObjects.looked).toMatchObject({ objects: 5, isComplete: false, completeSince: at('11:24:15') });
    // one is read, however large it is
    expect(keysOf(await all(byBytes))).toEqual(['k29']);
    expect(byBytes.looked).toMatchObject({ objects: 1, isComplete: false });
  });

  test('count the lines that cannot be read, and say where the first is', async () => {
    ledgerHolds({
      [hour('11', 'a')]: {
        at: at('11:31:00'),
        lines: ['{"object_key":', line('a', '11:30:00'), '[]', 'null'],
      },
    });
    const ledger = recent();

    expect(keysOf(await all(ledger))).toEqual(['a']);
    expect(ledger.looked).toMatchObject({ unreadable: 3, firstUnreadable: `line 1 of ${hour('11', 'a')}` });
  });

  test('take the lines of a team’s own ledger too, which have a key and a version alone', async () => {
    ledgerHolds({
      [hour('11', 'a')]: {
        at: at('11:31:00'),
        lines: [
          { object_key: 'a', version_id: 'v1' },
          { object_key: 'a', version_id: 'v1' },
          { object_key: 'a', version_id: 'v2' },
        ],
      },
    });

    const lines = await all(recent());

    expect(lines.map(({ fields, time }) => [fields['version_id'], time])).toEqual([
      ['v1', at('11:31:00')],
      ['v2', at('11:31:00')],
    ]);
  });

  test('come newest first, each once and none missing, however events lie in objects', async () => {
    const minutes = fc.integer({ min: 0, max: 239 });
    const events = fc.array(
      fc.record({ minute: minutes, delay: fc.integer({ min: 0, max: 200 }), object: fc.nat(20) }),
      {
        maxLength: 80,
      },
    );
    await fc.assert(
      fc.asyncProperty(events, async (made) => {
        const base = Date.parse(at('08:00:00'));
        const objects: Record<string, { at: string; lines: object[] }> = {};
        for (const [index, { minute, delay, object }] of made.entries()) {
          const time = new Date(base + minute * 60_000).toISOString();
          const key = hour(time.slice(11, 13), String(object));
          const written = new Date(base + (minute + delay) * 60_000).toISOString();
          objects[key] ??= { at: written, lines: [] };
          if (objects[key].at < written) objects[key].at = written;
          // every third event comes twice
          const id = index - (index % 3 === 2 ? 1 : 0);
          objects[key].lines.push({ identity: `${id} ${time}`, object_key: String(id), event_time: time });
        }
        ledgerHolds(objects);

        const lines = await all(recent({ since: new Date(base) }));

        const times = lines.map(({ time }) => time);
        expect(times).toEqual(times.toSorted().toReversed());
        const identities = Object.values(objects).flatMap(({ lines: some }) =>
          some.map((one) => (one as { identity: string }).identity),
        );
        expect(lines.map(({ identity }) => identity).toSorted()).toEqual([...new Set(identities)].toSorted());
      }),
      { seed: SEED, numRuns: 25 },
    );
  });
});
