import { describe, expect, test } from 'vitest';
import { archiveHistogram } from '../../../local/eventbridge/archive-histogram.ts';
import { BusUnderTest } from './bus-under-test.ts';

const HOUR_MS = 3_600_000;
const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);
const event = (time: string, detailType = 'Object Created') => ({
  source: 'aws.s3',
  'detail-type': detailType,
  time: `2026-11-20T${time}Z`,
});

const histogram = ({ store, bus }: BusUnderTest, since: string, until: string) =>
  archiveHistogram(store, bus.archives, {
    name: 'kept',
    sinceMs: at(since),
    untilMs: at(until),
    periodMs: HOUR_MS,
  });

describe('the histogram of an archive', () => {
  test('counts by period and detail-type, and includes the events of both ends', async () => {
    await using under = new BusUnderTest();
    under.archive('kept');
    under.enqueue(
      event('06:59:59'),
      event('07:00:00'),
      event('07:59:59'),
      event('07:30:00', 'Object Deleted'),
      event('09:30:00'),
      event('09:30:01'),
    );
    under.bus.start();
    await under.settle();

    const { counts, oldest, newest } = histogram(under, '07:00:00', '09:30:00');

    expect(
      counts.toSorted((left, right) => left.events - right.events || left.period - right.period),
    ).toEqual([
      { period: 0, detailType: 'Object Deleted', events: 1 },
      { period: 2, detailType: 'Object Created', events: 1 },
      { period: 0, detailType: 'Object Created', events: 2 },
    ]);
    expect([oldest, newest]).toEqual(['2026-11-20T06:59:59.000Z', '2026-11-20T09:30:01.000Z']);
  });

  test('of an empty archive has no oldest event, and of none is an error', async () => {
    await using under = new BusUnderTest();
    under.archive('kept');

    expect(histogram(under, '07:00:00', '09:30:00')).toEqual({ counts: [], oldest: null, newest: null });
    under.bus.archives.delete('kept');
    expect(() => histogram(under, '07:00:00', '09:30:00')).toThrow('Archive kept does not exist');
  });
});
