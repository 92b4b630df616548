import { SURELY_ACCEPTED } from '../../../../shared/event-pattern/pattern-complexity.ts';
import { terminalJson } from '../../../../shared/terminal-text.ts';
import { countText } from '../../../terminal/units.ts';
import { session } from '../session.ts';
import { lineAndColumn } from './pattern-place.ts';
import { charactersAsRule, type TriedPattern } from './tried-pattern.ts';
import './lab.css';

/** What is wrong with the pattern, for who sees and for who listens. */
export function Mistake({
  id,
  text,
  of,
}: {
  readonly id: string;
  readonly text: string;
  readonly of: TriedPattern;
}) {
  const at =
    of.kind === 'mistake' && of.place !== undefined ? lineAndColumn(text, of.place.start) : undefined;
  return (
    <div id={id} role="status" class="lab-mistake">
      {of.kind === 'pattern' ? (
        <p class="good">✔ EventBridge takes this pattern</p>
      ) : (
        <p class="bad">
          ✖ {at === undefined ? '' : `line ${at.line}, column ${at.column}: `}
          {terminalJson(of.message)}
        </p>
      )}
    </div>
  );
}

/** EventBridge's limits, as shared/event-pattern holds them. */
const MOST_CHARACTERS = 2_048;
const MOST_COMBINATIONS = 1_000;
const REFUSED_COMPLEXITY = 11;

/** How much of what a rule may be the pattern uses. */
export function Quota({
  of,
}: {
  readonly of: Extract<TriedPattern, { readonly kind: 'pattern' }> | undefined;
}) {
  const { deployment, bucket } = session.value!;
  const complexity = of?.matcher.complexity;
  const characters = of && charactersAsRule(of.compact, { account: deployment.account, bucket });
  return (
    <dl class="lab-quota">
      <Measure
        name="Complexity"
        value={complexity}
        most={REFUSED_COMPLEXITY}
        hint={`AWS surely accepts up to ${SURELY_ACCEPTED}, and refuses ${REFUSED_COMPLEXITY}; only wildcards count`}
        isMuch={complexity !== undefined && complexity > SURELY_ACCEPTED}
      />
      <Measure
        name="Characters as a rule"
        value={characters}
        most={MOST_CHARACTERS}
        hint="with source, account and bucket, which every rule is pinned to"
        isMuch={characters !== undefined && characters > MOST_CHARACTERS}
      />
      <Measure
        name="Combinations of $or"
        value={of?.combinations}
        most={MOST_COMBINATIONS}
        hint="its alternatives multiplied out"
        isMuch={false}
      />
    </dl>
  );
}

function Measure({
  name,
  value,
  most,
  hint,
  isMuch,
}: {
  readonly name: string;
  readonly value: number | undefined;
  readonly most: number;
  readonly hint: string;
  readonly isMuch: boolean;
}) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd class={isMuch ? 'is-much' : undefined}>
        {value === undefined ? '–' : countText(value)} <span class="quiet">of {countText(most)}</span>
        {isMuch ? <strong> too much</strong> : null}
      </dd>
      <dd class="bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${Math.min(1, (value ?? 0) / most)})` }} />
      </dd>
    </div>
  );
}
