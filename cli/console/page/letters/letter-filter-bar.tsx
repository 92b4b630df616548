import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { setFilters } from '../route.ts';
import { session } from '../session.ts';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { choicesOf, type LetterFilters, type LetterGroup } from './shown-letters.ts';

/** What is chosen can be chosen, be there letters of it or not. */
const named = (chosen: string | undefined) => (chosen === undefined ? [] : [chosen]);

/** Chooses which letters are shown; the choice stands in the address. */
export function LetterFilter({
  groups,
  filters,
}: {
  readonly groups: readonly LetterGroup[];
  readonly filters: LetterFilters;
}) {
  const { consumer, kind, reason } = filters;
  return (
    <div class="letter-filters">
      <Choice
        label="Consumer"
        any="every consumer"
        chosen={consumer}
        choices={choicesOf([...(session.value?.consumers ?? []), ...named(consumer)])}
        onChoice={(value) => setFilters({ consumer: value })}
      />
      <Choice
        label="Letters of"
        any="both"
        chosen={kind}
        choices={['queue', 'rule']}
        wordOf={(value) => (value === 'queue' ? 'queues: not processed' : 'rules: not delivered')}
        onChoice={(value) => setFilters({ kind: value })}
      />
      <Choice
        label="Reason"
        any="every reason"
        chosen={reason}
        choices={choicesOf([...groups.map((group) => group.reason), ...named(reason)])}
        onChoice={(value) => setFilters({ reason: value })}
      />
      {[consumer, kind, reason].some((one) => one !== undefined) ? (
        <Button
          kind="bare"
          onClick={() => setFilters({ consumer: undefined, kind: undefined, reason: undefined })}
        >
          Show all
        </Button>
      ) : null}
    </div>
  );
}

function Choice({
  label,
  any,
  chosen,
  choices,
  wordOf = terminalText,
  onChoice,
}: {
  readonly label: string;
  /** What is chosen when nothing is. */
  readonly any: string;
  readonly chosen: string | undefined;
  readonly choices: readonly string[];
  readonly wordOf?: (choice: string) => string;
  readonly onChoice: (choice: string | undefined) => void;
}) {
  return (
    <Field label={label}>
      <select
        value={chosen ?? ''}
        onChange={({ currentTarget: { value } }) => onChoice(value === '' ? undefined : value)}
      >
        <option value="">{any}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {wordOf(choice)}
          </option>
        ))}
      </select>
    </Field>
  );
}
