import * as fc from 'fast-check';
import { busEvent, notification, type EventFacts } from './object-events.ts';

/** Events as S3 would send them for a history of one bucket, and those events delivered by an unreliable world. */
export interface ObjectHistory {
  /** In the order in which they happened. */
  readonly events: readonly KeyedFacts[];
  /** Bodies: each event at least once, some several times, in any order, and in either shape. */
  readonly deliveries: readonly Record<string, unknown>[];
}

type KeyedFacts = EventFacts & { readonly key: string };

type Step =
  | { readonly do: 'put' | 'delete'; readonly key: string }
  | { readonly do: 'delete-version'; readonly key: string; readonly index: number };

const KEYS = ['a', '__proto__', 'csv/ü + %2F.csv'] as const;

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('put', 'delete'), key: fc.constantFrom(...KEYS) }),
    fc.record({
      do: fc.constant('delete-version' as const),
      key: fc.constantFrom(...KEYS),
      index: fc.nat(5),
    }),
  ),
  { minLength: 1, maxLength: 10 },
) as fc.Arbitrary<Step[]>;

/** Histories of a versioned bucket: puts, plain deletes, and versions or markers removed by hand. */
export function objectHistories(): fc.Arbitrary<ObjectHistory> {
  return steps.chain((history) => {
    const events = happen(history);
    const shape = fc.constantFrom('bus', 'classic');
    const delivery = fc.tuple(fc.nat(Math.max(0, events.length - 1)), shape);
    return fc
      .tuple(
        fc.tuple(...events.map((_, index) => fc.tuple(fc.constant(index), shape))),
        fc.array(delivery, { maxLength: events.length === 0 ? 0 : 10 }),
      )
      .chain(([each, again]) =>
        fc.shuffledSubarray([...each, ...again], { minLength: each.length + again.length }),
      )
      .map((ordered) => ({
        events,
        deliveries: ordered.map(([index, as]) => (as === 'bus' ? busEvent : notification)(events[index])),
      }));
  });
}

/** What S3 says of each step. The sequencers' lengths differ, as they have been seen to. */
function happen(history: readonly Step[]): KeyedFacts[] {
  const versions = new Map<string, string[]>(KEYS.map((key) => [key, []]));
  const events: KeyedFacts[] = [];
  for (const [moment, step] of history.entries()) {
    const { key } = step;
    const ofKey = versions.get(key) ?? [];
    const digits = (0x61_7f_08_29n * 256n + BigInt(moment)).toString(16);
    const sequencer = digits.padStart(moment % 2 === 0 ? 16 : 18, '0');
    if (step.do === 'delete-version') {
      // Any version: also the current one, and a marker, whose removal brings an older version back.
      const [versionId] = ofKey.splice(step.index % (ofKey.length || 1), 1);
      if (versionId !== undefined) {
        events.push({ key, sequencer, versionId, deletionType: 'Permanently Deleted' });
      }
    } else {
      const versionId = `${step.do}-${moment}`;
      ofKey.push(versionId);
      const what =
        step.do === 'put' ? { etag: versionId } : { deletionType: 'Delete Marker Created' as const };
      events.push({ key, sequencer, versionId, ...what });
    }
  }
  return events;
}
