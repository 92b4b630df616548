import { terminalText } from '../../../../shared/terminal-text.ts';
import { plural } from '../../../terminal/units.ts';
import { Chip } from '../parts/chip.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { KeyLine } from './object-row.tsx';
import type { Reached } from './reach.ts';
import type { AskedReach } from './use-reach.ts';

/** So many keys of a group are named. */
const NAMED = 4;

/** Which keys would reach which consumers. */
export function ReachList({ reach: { groups, trouble } }: { readonly reach: AskedReach }) {
  if (trouble !== undefined) return <Trouble of={trouble} />;
  if (groups === undefined) return <p class="quiet">Asking whom they reach …</p>;
  return (
    <ul class="reach">
      {groups.map(({ keys, consumers }) => (
        <li key={keys[0]}>
          <div>
            {keys.slice(0, NAMED).map((key) => (
              <KeyLine key={key} text={key} />
            ))}
            {keys.length > NAMED ? (
              <span class="quiet">and {plural(keys.length - NAMED, 'more file').replace(/s$/, '')}</span>
            ) : null}
          </div>
          <ReachChips consumers={consumers} />
        </li>
      ))}
    </ul>
  );
}

/** The consumers that an object would reach, and those that keep nothing of it. */
export function ReachChips({ consumers }: { readonly consumers: readonly Reached[] }) {
  const heard = consumers.filter(({ verdict }) => verdict !== 'not-matched');
  return (
    <span class="row reach-chips">
      {heard.length === 0 ? <Chip tone="warn" text="no consumer wants it" /> : null}
      {heard.map(({ consumer, verdict, isEnabled, why }) => {
        const name = terminalText(consumer);
        if (!isEnabled) {
          return (
            <Chip key={consumer} tone="warn" text={`${name}: rule disabled`} title="Nothing reaches it" />
          );
        }
        return verdict === 'wanted' ? (
          <Chip key={consumer} tone="good" text={name} />
        ) : (
          <Chip key={consumer} tone="quiet" text={`${name} skips it`} title={why ?? ''} />
        );
      })}
    </span>
  );
}
