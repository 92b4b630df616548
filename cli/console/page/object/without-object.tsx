import { terminalText } from '../../../../shared/terminal-text.ts';
import { Chip } from '../parts/chip.tsx';
import { Clauses } from '../parts/clauses.tsx';
import type { ObjectExplained } from './object-question.ts';

const WORDS = {
  wanted: { tone: 'good', text: 'would reach it' },
  skipped: { tone: 'quiet', text: 'would be skipped' },
  'not-matched': { tone: 'quiet', text: 'would not reach it' },
} as const;

/** Which consumers an object of this key would reach, and why: also of one that is not there. */
export function WithoutObject({ explained }: { readonly explained: ObjectExplained }) {
  return (
    <section class="card stack" aria-label="Whom such an object would reach">
      <h2>{explained.isThere === false ? 'If an object of this key were put' : 'Whom it reaches'}</h2>
      {explained.consumers.map(({ consumer, verdict, why, isEnabled, clauses }) => (
        <details key={consumer}>
          <summary>
            {terminalText(consumer)} <Chip {...WORDS[verdict]} />
            {isEnabled ? null : <Chip tone="warn" text="rule disabled" />}
            {why === undefined ? '' : ` ${terminalText(why)}`}
          </summary>
          <Clauses clauses={clauses} />
        </details>
      ))}
    </section>
  );
}
