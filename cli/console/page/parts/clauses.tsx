import { elementText, wantedText } from '../../../../shared/event-pattern/wanted-text.ts';
import { terminalJson } from '../../../../shared/terminal-text.ts';
import './clauses.css';

/** A clause as `sluice explain` tells it. */
export interface ShownClause {
  readonly path: string;
  readonly wanted: string;
  readonly found: readonly string[];
  readonly matched: boolean;
  readonly held?: readonly string[];
  /** Each a list of clauses; the documents’ schema does not say so of what lies within itself. */
  readonly alternatives?: readonly (readonly unknown[])[];
}

/** Why a pattern matches an event, or does not: each clause with the value found and what was wanted. */
export function Clauses({ clauses }: { readonly clauses: readonly ShownClause[] }) {
  return (
    <ul class="clauses">
      {clauses.map((clause) => (
        <li key={`${clause.path} ${clause.wanted}`} class={clause.matched ? 'is-met' : 'is-unmet'}>
          <span class="sign" aria-hidden="true">
            {clause.matched ? '✔' : '✖'}
          </span>
          <div>
            <span class="unseen">{clause.matched ? 'holds:' : 'does not hold:'}</span> <Clause {...clause} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Clause(clause: ShownClause) {
  const { path, wanted, matched, alternatives } = clause;
  if (path === '') return <span>wanted {wanted}</span>;
  if (alternatives !== undefined) return <Alternatives {...clause} alternatives={alternatives} />;
  const why = matched ? whyHeld(clause) : `wanted ${wantedText(wanted)}`;
  return (
    <>
      <span class="key">{terminalJson(path)}</span> <Found found={clause.found} />
      {why === '' ? null : <span class="why"> {terminalJson(why)}</span>}
    </>
  );
}

function Alternatives({
  path,
  alternatives,
}: ShownClause & { readonly alternatives: readonly (readonly unknown[])[] }) {
  const inner = alternatives as readonly (readonly ShownClause[])[];
  const holds = (clauses: readonly ShownClause[]): boolean => clauses.every(({ matched }) => matched);
  return (
    <>
      <span class="key">{terminalJson(path)}</span>{' '}
      <span class="why">
        {inner.filter(holds).length} of {inner.length} alternatives hold, one must
      </span>
      <ol>
        {inner.map((clauses, index) => (
          <li key={index}>
            <span class={holds(clauses) ? 'is-met' : 'is-unmet'}>
              alternative {index + 1} {holds(clauses) ? 'holds' : 'does not hold'}
            </span>
            <Clauses clauses={clauses} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** A longer list is cut; the document has all of it. */
const MOST_VALUES = 8;

function Found({ found }: { readonly found: readonly string[] }) {
  if (found.length === 0) return <span class="quiet">absent</span>;
  const shown = found.slice(0, MOST_VALUES).join(', ');
  const more = found.length > MOST_VALUES ? ` and ${found.length - MOST_VALUES} more` : '';
  return (
    <bdi class="key">
      {terminalJson(shown)}
      {more}
    </bdi>
  );
}

/** What held of a list of several; nothing where that is what was found. */
function whyHeld({ wanted, found, held }: ShownClause): string {
  const holding = held === undefined ? wantedText(wanted) : held.map(elementText).join(' and ');
  const isSame = found.length === 0 ? holding === 'absent' : holding === found.join(', ');
  return isSame ? '' : `by ${holding}`;
}

/** The first clause that does not hold, in a line: `detail.object.key "a.txt", wanted prefix "csv/"` */
export function missedText(clauses: readonly ShownClause[]): string {
  const missed = clauses.find(({ matched }) => !matched);
  if (missed === undefined) return '';
  const { path, wanted, found, alternatives } = missed;
  if (path === '') return `wanted ${wanted}`;
  if (alternatives !== undefined) return `${path}: none of its ${alternatives.length} alternatives holds`;
  const there = found.length === 0 ? 'absent' : found.slice(0, MOST_VALUES).join(', ');
  return terminalJson(`${path} ${there}, wanted ${wantedText(wanted)}`);
}
