import { useMemo, useState } from 'preact/hooks';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { countText } from '../../../terminal/units.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { Said } from '../parts/trouble.tsx';
import { query, setFilters } from '../route.ts';
import { session } from '../session.ts';
import { ClassBars } from './class-bars.tsx';
import { FindingList } from './finding-list.tsx';
import { RepairAction } from './repair-action.tsx';
import { choiceOf, findingId, isShown, type VerifyDocument } from './shown-findings.ts';

/** More keys than this are no choice any more: the whole class is repaired by one command. */
const MOST_CHOSEN = 200;

/** The findings of a verification: by class, one by one, and what is done about them. */
export function FindingsSection({
  document,
  prefix,
}: {
  readonly document: VerifyDocument;
  readonly prefix: string;
}) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const filters = {
    class: query.value.get('class') ?? undefined,
    consumer: query.value.get('consumer') ?? undefined,
  };
  const shown = useMemo(
    () => document.findings.filter((finding) => isShown(filters, finding)),
    [document, filters.class, filters.consumer],
  );
  const chosenFindings = useMemo(
    () => (chosen.size === 0 ? [] : document.findings.filter((finding) => chosen.has(findingId(finding)))),
    [document, chosen],
  );
  const choose = (id: string, isChosen: boolean): void => {
    const next = new Set(chosen);
    if (isChosen) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const isTooMany = chosen.size > MOST_CHOSEN;
  return (
    <>
      <ClassBars
        document={document}
        prefix={prefix}
        shown={filters.class}
        onShow={(name) => setFilters({ class: name })}
      />
      <section class="stack findings">
        <div class="findings-head">
          <h2 aria-live="polite">
            {countText(shown.length)} {shown.length === 1 ? 'finding' : 'findings'}
            {filters.class === undefined ? '' : `, ${terminalText(filters.class.replaceAll('-', ' '))}`}
          </h2>
          <Field label="Consumer">
            <select
              value={filters.consumer ?? ''}
              onChange={({ currentTarget: { value } }) => setFilters({ consumer: value })}
            >
              <option value="">every consumer</option>
              {session.value!.consumers.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
          <div class="row">
            <RepairAction
              title={chosen.size === 0 ? 'Repair chosen' : `Repair ${countText(chosen.size)} chosen`}
              choice={choiceOf(chosenFindings)}
              isDisabled={chosen.size === 0 || isTooMany}
              isMain
            />
            {chosen.size === 0 ? null : (
              <Button kind="bare" isSmall onClick={() => setChosen(new Set())}>
                Choose none
              </Button>
            )}
          </div>
        </div>
        {isTooMany ? (
          <Said tone="warn">
            More than {MOST_CHOSEN} are chosen: repair their whole class, or fewer at a time.
          </Said>
        ) : null}
        <FindingList findings={shown} chosen={chosen} onChoice={choose} />
      </section>
    </>
  );
}
