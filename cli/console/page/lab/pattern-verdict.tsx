import { terminalJson } from '../../../../shared/terminal-text.ts';
import { countText } from '../../../terminal/units.ts';
import { session } from '../session.ts';
import { lineAndColumn } from './pattern-place.ts';
import { charactersAsRule, type GoodPattern } from './tried-pattern.ts';
import type { Verdict } from './use-verdict.ts';
import './lab.css';

/** What is wrong with the pattern, for who sees and for who listens. */
export function Mistake({ id, verdict }: { readonly id: string; readonly verdict: Verdict | undefined }) {
  const { text, of } = verdict ?? {};
  const at = of?.kind === 'mistake' && of.place ? lineAndColumn(text!, of.place.start) : undefined;
  return (
    <div id={id} role="status" class="lab-mistake">
      {of === undefined ? (
        <p class="quiet waiting">Asking about it …</p>
      ) : of.kind === 'pattern' ? (
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

/** How much of what a rule may be the pattern uses. */
export function Quota({ of: { compact, measures, quota } }: { readonly of: GoodPattern }) {
  const { deployment, bucket } = session.value!;
  const { complexity, combinations } = measures;
  const characters = charactersAsRule(compact, { account: deployment.account, bucket });
  return (
    <dl class="lab-quota">
      <Measure
        name="Complexity"
        value={complexity}
        most={quota.refusedFrom}
        hint={`AWS surely accepts up to ${quota.surelyAccepted}, and refuses ${quota.refusedFrom}; only wildcards count`}
        isMuch={complexity > quota.surelyAccepted}
      />
      <Measure
        name="Characters as a rule"
        value={characters}
        most={quota.characters}
        hint="with source, account and bucket, which every rule is pinned to"
        isMuch={characters > quota.characters}
      />
      <Measure
        name="Combinations of $or"
        value={combinations}
        most={quota.combinations}
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
  readonly value: number;
  readonly most: number;
  readonly hint: string;
  readonly isMuch: boolean;
}) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd class={isMuch ? 'is-much' : undefined}>
        {countText(value)} <span class="quiet">of {countText(most)}</span>
        {isMuch ? <strong> too much</strong> : null}
      </dd>
      <dd class="bar" aria-hidden="true">
        <span style={{ transform: `scaleX(${Math.min(1, value / most)})` }} />
      </dd>
    </div>
  );
}
