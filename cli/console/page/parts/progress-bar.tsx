import { countText } from '../../../terminal/units.ts';
import type { Progress } from '../server.ts';
import './parts.css';

export function ProgressBar({
  of: { label, done, total },
  amountText = countText,
}: {
  readonly of: Progress;
  readonly amountText?: (amount: number) => string;
}) {
  const share = total === null || total === 0 ? undefined : Math.min(1, done / total);
  return (
    <div>
      <p class="quiet">
        {label} {amountText(done)}
        {total === null ? '' : ` of ${amountText(total)}`}
      </p>
      <div
        class="bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(share !== undefined && { 'aria-valuenow': Math.round(share * 100) })}
      >
        <span style={{ transform: `scaleX(${share ?? 0.05})` }} />
      </div>
    </div>
  );
}
