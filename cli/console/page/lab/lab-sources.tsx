import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { query, setFilters } from '../route.ts';
import { session } from '../session.ts';

/** What the pattern begins with. */
export function LabSources({
  deployed,
  change,
}: {
  readonly deployed: string | undefined;
  readonly change: (text: string) => void;
}) {
  const consumer = query.value.get('consumer') ?? '';
  return (
    <div class="row lab-sources">
      <Field label="Begin with the pattern of">
        <select
          value={consumer}
          onChange={({ currentTarget }) =>
            setFilters({ consumer: currentTarget.value, pattern: undefined }, { replace: false })
          }
        >
          <option value="">no consumer: a new one</option>
          {session.value!.consumers.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {deployed === undefined ? null : (
        <Button isSmall onClick={() => change(deployed)}>
          As it is deployed
        </Button>
      )}
      <Button
        isSmall
        onClick={() => change('{}')}
        title="Then press the values of an event that it shall have"
      >
        From nothing
      </Button>
    </div>
  );
}
