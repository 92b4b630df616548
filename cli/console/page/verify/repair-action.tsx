import { countText, plural } from '../../../terminal/units.ts';
import { Action } from '../parts/action.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { OutcomeChip } from '../parts/chip.tsx';
import { Key } from '../parts/shown.tsx';
import { Said } from '../parts/trouble.tsx';
import {
  findingId,
  repairArgs,
  toBeRepaired,
  type RepairChoice,
  type VerifyDocument,
} from './shown-findings.ts';
import { noteRepair } from './verify-run.ts';

/** So many are shown before they are repaired; all of them are counted. */
const MOST_SHOWN = 20;

/** Sends the objects of the chosen findings to the consumer whose row differs, once the plan was seen. */
export function RepairAction({
  title,
  what,
  choice,
  isMain,
  isDisabled = false,
}: {
  readonly title: string;
  /** In words, for who does not see where the button stands. */
  readonly what?: string;
  readonly choice: RepairChoice;
  readonly isMain?: boolean;
  readonly isDisabled?: boolean;
}) {
  const { keys, classes, prefix } = choice;
  return (
    <Action<VerifyDocument>
      title={title}
      {...(what !== undefined && { label: what })}
      isSmall
      isDisabled={isDisabled}
      {...(isMain === true && { kind: 'main' as const })}
      args={repairArgs({ keys, classes, prefix })}
      plan={(document) => <Plan of={document} choice={choice} />}
      count={(document) => toBeRepaired(document, choice).length}
      result={({ document }) => (
        <Said tone="good">
          {plural(document?.repairsSent ?? 0, 'repair')} sent. Verify again when the queues are empty.
        </Said>
      )}
      onDone={noteRepair}
    />
  );
}

function Plan({ of: document, choice }: { readonly of: VerifyDocument; readonly choice: RepairChoice }) {
  const findings = toBeRepaired(document, choice);
  return (
    <>
      <p>
        Each object goes as it is now, or its deletion, to the one consumer whose row differs, on condition
        that the row still is as it was seen.
      </p>
      {findings.length === 0 ? (
        <p class="quiet">None of them differs any more, or can be repaired.</p>
      ) : (
        <DataTable
          caption="What would be sent"
          rows={findings.slice(0, MOST_SHOWN)}
          keyOf={findingId}
          columns={[
            { heading: 'what', cell: (finding) => <OutcomeChip outcome={finding.class} /> },
            { heading: 'consumer', cell: ({ consumer }) => consumer },
            { heading: 'object', cell: ({ key }) => <Key text={key} /> },
          ]}
        />
      )}
      {findings.length > MOST_SHOWN ? (
        <p class="quiet">and {countText(findings.length - MOST_SHOWN)} more</p>
      ) : null}
    </>
  );
}
