import type { DocumentOf } from '../terminal/document.ts';
import type { capacityDocument } from './capacity-document.ts';
import { QUOTAS, type QuotaName, type Quotas } from './quota-table.ts';

export type Stage = DocumentOf<typeof capacityDocument>['stages'][number];

/** A limit that an upload’s way leads past. */
export interface Limited extends Pick<Stage, 'service' | 'what' | 'consumer' | 'unit' | 'when' | 'advice'> {
  /** How much of it a rate takes. It never falls when the rate rises. @param rate uploads a second */
  readonly neededAt: (rate: number) => number;
  readonly limit: Pick<Stage, 'limit' | 'limitedBy' | 'source'>;
}

/** The limit is a quota of AWS's, or what --quota says it is. */
export const quotaLimit = (quotas: Quotas, name: QuotaName): Limited['limit'] => ({
  limit: quotas[name],
  limitedBy: name,
  source: quotas[name] === QUOTAS[name].value ? QUOTAS[name].source : '--quota',
});

/** The limit is a property of the template. */
export const templateLimit = (limit: number, limitedBy: string): Limited['limit'] => ({
  limit,
  limitedBy,
  source: 'template',
});

/** No stage is asked for more than these uploads a second. */
const MOST = 1e9;

/** What the stage comes to at this rate. */
export function stageAt({ neededAt, limit, ...rest }: Limited, rate: number): Stage {
  const needed = neededAt(rate);
  // sums of fractions come out a hair greater than they are
  const isWithin = (amount: number): boolean => amount <= limit.limit * (1 + 1e-9);
  return {
    ...rest,
    needed: Number(needed.toPrecision(6)),
    ...limit,
    uploadsPerSecond: isWithin(neededAt(MOST)) ? null : mostAt((asked) => isWithin(neededAt(asked))),
    holds: isWithin(needed),
  };
}

/** The greatest whole rate that is carried, where the greatest of all is not. */
function mostAt(isCarried: (rate: number) => boolean): number {
  let [holds, breaks] = [0, MOST];
  while (breaks - holds > 1) {
    const middle = Math.floor((holds + breaks) / 2);
    if (isCarried(middle)) holds = middle;
    else breaks = middle;
  }
  return holds;
}
