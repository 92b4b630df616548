import { batchMs, takenBy, workersOf } from '../../cli/capacity/work.ts';
import type { CapacityFacts } from '../../cli/capacity/capacity-template.ts';
import { quotasWith } from '../../cli/capacity/quota-table.ts';
import { countText, durationText } from '../../cli/terminal/units.ts';
import { backlogOf, type Backlog, type Outage } from './backlog.ts';
import { assumedWorkload, markdownTable } from './capacity-table.ts';
import { KEY_SHAPES, splitForHeat } from './split-for-heat.ts';

const SPLIT = { demand: 10_000, minutes: 60, seed: 0x51ce };
const SHOWN_MINUTES = [5, 10, 15, 20, 30, 60];

/** Markdown: of three shapes of keys what a bucket's rows let in, minute by minute. */
export function splitTable(): string {
  const lines = KEY_SHAPES.map((shape) => {
    const minutes = splitForHeat(shape, SPLIT.demand, SPLIT.minutes, SPLIT.seed);
    return [
      `${shape.name}: ${shape.example}`,
      ...SHOWN_MINUTES.map((minute) => countText(Math.round(minutes[minute - 1]!.writesPerSecond / 10) * 10)),
      String(minutes.at(-1)!.partitions),
    ];
  });
  return markdownTable(
    ['keys', ...SHOWN_MINUTES.map((minute) => `${minute}th minute`), 'partitions then'],
    lines,
  );
}

const RATE = 1_000;
const OUTAGE_SECONDS = 3_600;
export const OUTAGES: readonly Outage[] = ['paused', 'refused'];

/** What waits in a consumer's queue, of each kind of outage. */
export interface ConsumerBacklog extends Backlog {
  readonly id: string;
  readonly outage: Outage;
}

/** An hour's outage at a thousand uploads a second, of every consumer that has a function. */
export function backlogs(facts: CapacityFacts): readonly ConsumerBacklog[] {
  const asked = { workload: assumedWorkload(RATE), facts, quotas: quotasWith({}) };
  return OUTAGES.flatMap((outage) =>
    workersOf(asked).map((consumer) => ({
      id: consumer.id,
      outage,
      ...backlogOf(consumer, {
        outage,
        perSecond: RATE * takenBy(asked, consumer),
        outageSeconds: OUTAGE_SECONDS,
        batchMs: batchMs(asked, consumer),
      }),
    })),
  );
}

const OUTAGE_WORDS: Readonly<Record<Outage, string>> = {
  paused: 'its function does not run: paused, or Lambda is down',
  refused: 'its function runs, and its store refuses everything',
};

/** Markdown: the most that waits, and when it is done. */
export const backlogTable = (all: readonly ConsumerBacklog[]): string =>
  markdownTable(
    ['for an hour', 'consumer', 'at most waiting', 'drained after', 'letters'],
    all.map(({ id, outage, waiting, drainedAfter, letters }, index) => [
      all[index - 1]?.outage === outage ? '' : OUTAGE_WORDS[outage],
      id,
      countText(Math.round(waiting.reduce((most, one) => Math.max(most, one), 0) / 1_000) * 1_000),
      durationText(drainedAfter * 1_000),
      countText(Math.round(letters)),
    ]),
  );
