import type { DocumentOf } from '../terminal/document.ts';
import type { costDocument } from './cost-document.ts';

export type CostLine = DocumentOf<typeof costDocument>['lines'][number];

/** So many of a thing at a price each. */
export const line = (
  service: string,
  what: string,
  quantity: number,
  unit: string,
  unitUsd: number,
): CostLine => ({ service, what, quantity, unit, unitUsd, usd: quantity * unitUsd });
