import type { DocumentOf } from '../terminal/document.ts';
import type { capacityDocument } from './capacity-document.ts';
import { limitsOf } from './limits.ts';
import { stageAt, type Stage } from './stage.ts';
import { concurrencyAt, workersOf, type Asked } from './work.ts';

export type CapacityDocument = DocumentOf<typeof capacityDocument>;

/** What a pipeline carries. */
export type Capacity = Pick<
  CapacityDocument,
  'stages' | 'uploadsPerSecond' | 'firstLimit' | 'rampSeconds' | 'holds'
>;

/** What each stage needs at the asked rate, what it has, and the most uploads a second that it carries. */
export function capacityOf(asked: Asked): Capacity {
  const rate = asked.workload.uploadsPerSecond;
  const stages = limitsOf(asked).map((limited) => stageAt(limited, rate));
  const deciding = stages.filter(({ when }) => when === undefined);
  const firstLimit = deciding
    .filter(({ uploadsPerSecond }) => uploadsPerSecond !== null)
    .reduce<Stage | null>(
      (least, one) => (least === null || carries(one) < carries(least) ? one : least),
      null,
    );
  return {
    stages,
    uploadsPerSecond: firstLimit === null ? 0 : carries(firstLimit),
    firstLimit,
    rampSeconds: Object.fromEntries(
      workersOf(asked).map((consumer) => [
        consumer.id,
        rampSeconds(concurrencyAt(asked, consumer, rate), asked),
      ]),
    ),
    holds: deciding.every(({ holds }) => holds),
  };
}

const carries = ({ uploadsPerSecond }: Stage): number => uploadsPerSecond ?? Infinity;

/** From the first pollers on, so many more a minute. */
function rampSeconds(concurrency: number, { quotas }: Asked): number {
  const more = Math.max(0, Math.ceil(concurrency) - quotas.lambdaFirstPollers);
  return Math.round((more / quotas.lambdaPollersAMinute) * 60);
}
