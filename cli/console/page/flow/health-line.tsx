import { terminalJson } from '../../../../shared/terminal-text.ts';
import type { Check } from '../../../status/check.ts';
import { Button } from '../parts/button.tsx';
import type { Health } from './health.ts';

const SIGNS: Readonly<Record<Health['tone'], string>> = { good: '✔', warn: '!', bad: '✖', unknown: '…' };

/** So many are shown at once; the others on demand. */
const FIRST = 4;

/** Whether all is well; and if not, what is wrong and what to do. */
export function HealthLine({
  health: { tone, text, findings },
  onChoose,
}: {
  readonly health: Health;
  readonly onChoose: (id: string) => void;
}) {
  const list = (some: Health['findings']) => (
    <ul class="stack health-findings">
      {some.map((finding) => (
        <li key={finding.name} class="row">
          <CheckText check={finding} />
          {finding.part === undefined ? null : (
            <Button isSmall onClick={() => onChoose(finding.part!)} label={`Show ${finding.name}`}>
              Show
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
  return (
    <section class={`health is-${tone}`} aria-label="Health">
      <p class="health-text" role="status">
        <span aria-hidden="true">{SIGNS[tone]}</span> {text}
      </p>
      {findings.length === 0 ? null : list(findings.slice(0, FIRST))}
      {findings.length <= FIRST ? null : (
        <details>
          <summary>{findings.length - FIRST} more</summary>
          {list(findings.slice(FIRST))}
        </details>
      )}
    </section>
  );
}

/** What was looked at, what is wrong, and the next step. */
export function CheckText({
  check: { name, state, detail, nextStep, isUnknown },
}: {
  readonly check: Check;
}) {
  const tone = isUnknown === true ? 'unknown' : state === 'failed' ? 'bad' : 'warn';
  return (
    <p class={`flow-check is-${tone}`}>
      <strong>
        <span aria-hidden="true">{SIGNS[tone]}</span> {name}
      </strong>{' '}
      {terminalJson(detail)}
      {nextStep === undefined ? null : <span class="flow-check-step"> → {terminalJson(nextStep)}</span>}
    </p>
  );
}
