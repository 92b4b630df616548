import './parts.css';

export type Tone = 'good' | 'wait' | 'warn' | 'bad' | 'quiet';

/** A state in a word. Its sign says the same for who does not see colours. */
export function Chip({
  tone,
  text,
  title,
}: {
  readonly tone: Tone;
  readonly text: string;
  readonly title?: string;
}) {
  return (
    <span class={`chip is-${tone}`} title={title}>
      <span aria-hidden="true">{SIGNS[tone]}</span>
      {text}
    </span>
  );
}

const SIGNS: Readonly<Record<Tone, string>> = { good: '✔', wait: '…', warn: '!', bad: '✖', quiet: '–' };

/** How an outcome of an object at a consumer looks: see `sluice status --help`. */
export const OUTCOME_TONES: Readonly<Record<string, Tone>> = {
  recorded: 'good',
  superseded: 'good',
  skipped: 'quiet',
  'not-matched': 'quiet',
  waiting: 'wait',
  queued: 'wait',
  'handed-over': 'good',
  'would-send': 'wait',
  'not-counted': 'warn',
  unknown: 'quiet',
  missing: 'bad',
  'removed-by-version': 'warn',
  'dead-lettered': 'bad',
};

/** @param outcome a word of `sluice status KEY` */
export function OutcomeChip({ outcome, title }: { readonly outcome: string; readonly title?: string }) {
  return (
    <Chip
      tone={OUTCOME_TONES[outcome] ?? 'quiet'}
      text={outcome.replaceAll('-', ' ')}
      {...(title !== undefined && { title })}
    />
  );
}
