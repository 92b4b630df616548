import { isNarrow } from '../live.ts';
import { Chip } from '../parts/chip.tsx';
import { Link } from '../parts/link.tsx';
import { Key } from '../parts/shown.tsx';
import { WindowedList } from '../parts/windowed-list.tsx';
import { addressOf } from '../route.ts';
import { session } from '../session.ts';
import { terminalText } from '../../../../shared/terminal-text.ts';
import { CLASS_WORDS } from './class-words.ts';
import { canBeRepaired, findingId, stateText, type ShownFinding } from './shown-findings.ts';

const ROW_HEIGHT = { wide: 60, narrow: 126 } as const;
const LIST_HEIGHT = 560;

/** Findings, each to be chosen for a repair. */
export function FindingList({
  findings,
  chosen,
  onChoice,
}: {
  readonly findings: readonly ShownFinding[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoice: (id: string, isChosen: boolean) => void;
}) {
  return (
    <WindowedList
      label="What differs"
      items={findings}
      total={findings.length}
      height={LIST_HEIGHT}
      rowHeight={isNarrow.value ? ROW_HEIGHT.narrow : ROW_HEIGHT.wide}
      keyOf={findingId}
      render={(finding) => (
        <Row
          finding={finding}
          isChosen={chosen.has(findingId(finding))}
          onChoice={(isChosen) => onChoice(findingId(finding), isChosen)}
        />
      )}
    />
  );
}

function Row({
  finding,
  isChosen,
  onChoice,
}: {
  readonly finding: ShownFinding;
  readonly isChosen: boolean;
  readonly onChoice: (isChosen: boolean) => void;
}) {
  const { class: found, consumer, bucket, key, object, row, skipped } = finding;
  const canRepair = canBeRepaired(finding);
  const isOurs = bucket === session.value?.bucket;
  return (
    <div class="finding">
      {session.value?.readOnly === true ? (
        <span />
      ) : (
        <input
          type="checkbox"
          aria-label={`Choose ${terminalText(key)} of ${consumer}`}
          disabled={!canRepair}
          title={canRepair ? undefined : 'A repair leaves it alone'}
          checked={isChosen}
          onChange={({ currentTarget }) => onChoice(currentTarget.checked)}
        />
      )}
      <span class="finding-key">
        {isOurs ? (
          <Link to={addressOf('/object', { key })}>
            <Key text={key} />
          </Link>
        ) : (
          <Key text={`s3://${bucket}/${key}`} />
        )}
      </span>
      <span class="finding-class">
        <Chip
          tone={CLASS_WORDS[found].tone}
          text={found.replaceAll('-', ' ')}
          title={CLASS_WORDS[found].means}
        />
      </span>
      <span class="finding-why quiet">
        {consumer} · bucket has <Key text={stateText(object)} /> · row has <Key text={stateText(row)} />
        {skipped === undefined ? null : (
          <>
            {' · '}
            <Key text={skipped} />
          </>
        )}
      </span>
    </div>
  );
}
