import { countText } from '../../../terminal/units.ts';
import { Chip } from '../parts/chip.tsx';
import { session } from '../session.ts';
import { CLASS_WORDS } from './class-words.ts';
import { RepairAction } from './repair-action.tsx';
import { classCounts, type VerifyDocument } from './shown-findings.ts';

/** What differs, by class: how many, what it means, and the repair of all of them. A press shows one class alone. */
export function ClassBars({
  document,
  prefix,
  shown,
  onShow,
}: {
  readonly document: VerifyDocument;
  readonly prefix: string;
  /** The class that alone is shown. */
  readonly shown: string | undefined;
  readonly onShow: (shown: string | undefined) => void;
}) {
  const counts = classCounts(document);
  const most = Math.max(...counts.map(([, count]) => count));
  return (
    <ul class="class-bars" aria-label="What differs, by class">
      {counts.map(([name, count]) => {
        const { means, tone, caution } = CLASS_WORDS[name];
        return (
          <li key={name}>
            <button
              type="button"
              class="class-bar"
              aria-pressed={shown === name}
              onClick={() => onShow(shown === name ? undefined : name)}
            >
              <Chip tone={tone} text={name.replaceAll('-', ' ')} />
              <span class={`class-bar-line is-${tone}`} aria-hidden="true">
                <span style={{ width: `${Math.max(1, (count / most) * 100)}%` }} />
              </span>
              <span class="number">{countText(count)}</span>
            </button>
            <p class="quiet">
              {means}
              {caution === undefined ? '' : ` ${caution}`}
            </p>
            {name === 'waiting' || session.value?.readOnly === true ? (
              <span />
            ) : (
              <RepairAction
                title="Repair all"
                what={`Repair all that are ${name}`}
                choice={{ keys: [], classes: [name], prefix }}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}
