import { terminalJson } from '../../../../shared/terminal-text.ts';
import { elementText, wantedText } from '../../../../shared/event-pattern/wanted-text.ts';
import type { ObjectExplained } from './object-question.ts';

type Clause = ObjectExplained['consumers'][number]['clauses'][number];

/** A rule, clause by clause: the field, what was found there, and what was wanted. */
export function ClauseList({ clauses }: { readonly clauses: readonly Clause[] }) {
  return (
    <ul class="clauses">
      {clauses.map((clause, index) => (
        <ClauseItem key={index} clause={clause} />
      ))}
    </ul>
  );
}

function ClauseItem({ clause }: { readonly clause: Clause }) {
  const { path, found, matched, alternatives } = clause;
  if (alternatives !== undefined) {
    // the schema says no more of them, since it would have no end
    const inner = alternatives as readonly (readonly Clause[])[];
    return (
      <li class={matched ? 'is-met' : 'is-unmet'}>
        <Sign matched={matched} /> <code>{terminalJson(path)}</code>{' '}
        <span class="quiet">one of these must hold:</span>
        <ol class="alternatives">
          {inner.map((one, index) => (
            <li key={index}>
              <ClauseList clauses={one} />
            </li>
          ))}
        </ol>
      </li>
    );
  }
  return (
    <li class={matched ? 'is-met' : 'is-unmet'}>
      <Sign matched={matched} /> <code>{terminalJson(path)}</code>{' '}
      <span class="clause-found">{found.length === 0 ? 'absent' : terminalJson(found.join(', '))}</span>{' '}
      <span class="quiet">
        {matched ? 'by' : 'wanted'} <code>{terminalJson(reasonText(clause))}</code>
      </span>
    </li>
  );
}

const reasonText = ({ path, wanted, matched, held }: Clause): string => {
  if (path === '') return wanted;
  return matched && held !== undefined ? held.map(elementText).join(' and ') : wantedText(wanted);
};

function Sign({ matched }: { readonly matched: boolean }) {
  return (
    <>
      <span aria-hidden="true" class="clause-sign">
        {matched ? '✔' : '✖'}
      </span>
      <span class="unseen">{matched ? 'holds:' : 'does not hold:'}</span>
    </>
  );
}
