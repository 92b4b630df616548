import { countText } from '../../../terminal/units.ts';
import { flow } from '../flow-feed.ts';
import { session } from '../session.ts';
import type { FlowPart } from './flow-graph.ts';
import type { Box } from './flow-layout.ts';
import { partFacts, shortCount } from './part-facts.ts';
import { PartIcon } from './part-icon.tsx';
import { PART_TITLES } from './part-kind.ts';
import { useShown } from './use-shown.ts';

/** A part of the pipeline, with its numbers; pressed, it shows all that is known of it. */
export function PartButton({
  part,
  box,
  isChosen,
  onChoose,
}: {
  readonly part: FlowPart;
  /** Where it stands in the picture; absent in the list. */
  readonly box?: Box;
  readonly isChosen: boolean;
  readonly onChoose: (id: string) => void;
}) {
  const bucket = session.value?.bucket ?? '';
  const { number, unit, more, letters, name } = useShown(
    () => partFacts(part, flow.value, bucket),
    [part, bucket],
  );
  return (
    <button
      type="button"
      class={`part is-${part.state} kind-${part.kind}${box === undefined ? ' in-list' : ''}`}
      aria-pressed={isChosen}
      title={letters > 0 ? `${countText(letters)} dead letters` : undefined}
      data-part={part.id}
      style={
        box && {
          left: `${box.x}px`,
          top: `${box.y}px`,
          width: `${box.width}px`,
          height: `${box.height}px`,
        }
      }
      onClick={() => onChoose(part.id)}
    >
      <span class="unseen">{name}</span>
      <span class="part-shown" aria-hidden="true">
        <span class="part-title">
          <PartIcon kind={part.kind} />
          <span>{PART_TITLES[part.kind]}</span>
        </span>
        <span class="part-count">
          {number === '' ? null : <strong>{number}</strong>} <span class="part-unit">{unit}</span>
        </span>
        <span class="part-more">{more}</span>
        {letters > 0 ? <span class="part-letters">✖ {shortCount(letters)}</span> : null}
        {part.state === 'failed' ? <span class="part-mark">✖ broken</span> : null}
      </span>
    </button>
  );
}
