import type { Terminal } from '../terminal/terminal.ts';
import { countText, durationText } from '../terminal/units.ts';
import type { Capacity } from './capacity.ts';
import type { Stage } from './stage.ts';

/** The stages as a table, and what is met first. */
export function showCapacity(
  terminal: Terminal,
  { stages, firstLimit, rampSeconds, uploadsPerSecond }: Capacity,
): void {
  terminal.rows(
    [
      { heading: 'stage', kind: 'name' },
      { heading: 'what', kind: 'text' },
      { heading: 'needed', kind: 'count' },
      { heading: 'of', kind: 'count' },
      { heading: 'uploads/s', kind: 'count' },
      { heading: 'holds', kind: 'state' },
      ...(terminal.isTable ? [{ heading: 'then', kind: 'below' } as const] : []),
    ],
    stages.map((stage) => [
      [stage.service, stage.consumer].filter((name) => name !== undefined).join(' '),
      `${stage.what}, ${stage.unit}`,
      amountText(stage.needed),
      amountText(stage.limit),
      stage.uploadsPerSecond === null ? '–' : countText(stage.uploadsPerSecond),
      verdict(stage),
      ...(terminal.isTable ? [remark(stage)] : []),
    ]),
  );
  const slow = Object.entries(rampSeconds).filter(([, seconds]) => seconds > 0);
  if (slow.length > 0) {
    const each = slow.map(([id, seconds]) => `${id} ${durationText(seconds * 1_000)}`);
    terminal.note(`from nothing, Lambda needs so long to take as many batches at once: ${each.join(', ')}`);
  }
  if (firstLimit === null) return;
  terminal.note(
    `carries ${countText(uploadsPerSecond)} uploads/s; the first limit is ${stageName(firstLimit)} (${firstLimit.limitedBy})`,
  );
}

/** `Lambda, batches at once of NightlyTotals` */
const stageName = ({ service, what, consumer }: Stage): string =>
  `${service}, ${what}${consumer === undefined ? '' : ` of ${consumer}`}`;

const amountText = (amount: number): string =>
  countText(amount >= 100 ? Math.round(amount) : Number(amount.toPrecision(2)));

function verdict({ holds, when }: Stage) {
  if (holds) return { value: 'yes', style: 'dim' } as const;
  return when === undefined
    ? ({ value: 'no', style: 'red' } as const)
    : ({ value: 'not then', style: 'yellow' } as const);
}

function remark({ holds, when, advice }: Stage): string {
  if (holds) return '';
  return when === undefined ? `→ ${advice}` : `only ${when} → ${advice}`;
}
