import { describe, expect, test } from 'vitest';
import { archivedEvents } from '../../../local/eventbridge/archived-events.ts';
import { BusUnderTest } from './bus-under-test.ts';

const at = (second: number) => `2026-11-20T07:00:${String(second).padStart(2, '0')}Z`;

describe('the pages of an archive', () => {
  test.each([
    ['oldest', ['b', 'c1', 'c2', 'c3', 'd']],
    ['newest', ['d', 'c3', 'c2', 'c1', 'b']],
  ] as const)('with the %s first have each event between two times once', async (first, ids) => {
    await using under = new BusUnderTest();
    under.archive('kept');
    const seconds = { a: 1, b: 2, c1: 3, c2: 3, c3: 3, d: 4, e: 5 };
    under.enqueue(
      ...Object.entries(seconds).map(([id, second]) => ({ id, source: 'aws.s3', time: at(second) })),
    );
    under.bus.start();
    await under.settle();

    const found: unknown[] = [];
    let after: string | undefined;
    do {
      const window = {
        name: 'kept',
        sinceMs: Date.parse(at(2)),
        untilMs: Date.parse(at(4)),
        first,
        limit: 2,
      };
      const page = archivedEvents(under.bus.archives, { ...window, after });
      found.push(...page.events.map((event) => (event as { id: string }).id));
      after = page.next;
    } while (after !== undefined);

    expect(found).toEqual(ids);
  });
});
