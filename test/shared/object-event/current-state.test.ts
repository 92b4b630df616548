import { describe, expect, test } from 'vitest';
import { stateAfter } from '../../../shared/object-event/current-state.ts';
import busEvents from '../../fixtures/s3-events/bus-events.json' with { type: 'json' };
import { backfill, busEvent, deletionRepair, eventOf } from '../../support/object-events.ts';

describe('stateAfter', () => {
  test.each(busEvents)(
    'knows what $eventName of a version says about the current object',
    ({ eventName, event }) => {
      const expected = eventName.startsWith('ObjectCreated:')
        ? 'present'
        : eventName.endsWith(':DeleteMarkerCreated')
          ? 'deleted'
          : undefined;

      expect(stateAfter(eventOf(event))).toBe(expected);
    },
  );

  test('takes a permanent delete that names no version for the end of the object', () => {
    expect(stateAfter(eventOf(busEvent({ deletionType: 'Permanently Deleted' })))).toBe('deleted');
  });

  test('leaves a permanent delete that names a version alone', () => {
    expect(
      stateAfter(eventOf(busEvent({ deletionType: 'Permanently Deleted', versionId: 'v1' }))),
    ).toBeUndefined();
  });

  test('takes a backfilled object as present, and one whose row is repaired because it is gone as deleted', () => {
    const gone = deletionRepair({ observedAt: '2026-11-20T07:00:00Z', expected: { sequencer: '1' } });

    expect(stateAfter(eventOf(backfill()))).toBe('present');
    expect(stateAfter(eventOf(gone))).toBe('deleted');
  });
});
