import type { JsonValue } from '../../../../shared/event-pattern/pattern-json.ts';
import { elementText } from '../../../../shared/event-pattern/wanted-text.ts';
import { terminalJson } from '../../../../shared/terminal-text.ts';
import { Chip } from '../parts/chip.tsx';
import { Clauses } from '../parts/clauses.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Link } from '../parts/link.tsx';
import { Key } from '../parts/shown.tsx';
import { addressOf } from '../route.ts';
import { foldersOf, leavesOf } from './seen-values.ts';
import type { TriedEvent } from './tried-events.ts';
import { isWanted } from './wanted-value.ts';
import './lab.css';

interface Value {
  readonly path: string;
  /** What of it can be wanted, as JSON: the value itself, of a key its folder too. */
  readonly matchers: readonly string[];
}

/** An event, clause by clause; each of its values can be wanted by a click. */
export function ChosenEvent({
  event,
  pattern,
  isReal,
  onWant,
}: {
  readonly event: TriedEvent;
  readonly pattern: JsonValue | undefined;
  /** False for a sample, which no object has. */
  readonly isReal: boolean;
  readonly onWant: (path: string, matcher: string) => void;
}) {
  const { key, type, matched, clauses } = event;
  return (
    <section class="card stack" aria-label="The chosen event">
      <div class="row">
        <h2>{key === undefined ? type : <Key text={key} />}</h2>
        <Chip tone={matched ? 'good' : 'bad'} text={matched ? 'matches' : 'does not match'} />
        {isReal && key !== undefined ? <Link to={addressOf('/object', { key })}>The object</Link> : null}
        <CopyButton text={JSON.stringify(event.event)} what="the event" />
      </div>
      <Clauses clauses={clauses} />
      <p class="quiet">
        Press a value to want it in the pattern, or to want it no longer. Several values of one field: any
        will do.
      </p>
      <DataTable<Value>
        caption="Values of the event"
        keyOf={({ path }) => path}
        rows={valuesOf(event)}
        columns={[
          { heading: 'Field', cell: ({ path }) => <span class="key">{terminalJson(path)}</span> },
          {
            heading: 'Value',
            cell: ({ path, matchers }) => (
              <span class="row">
                {matchers.map((matcher) => (
                  <button
                    type="button"
                    key={matcher}
                    class="lab-value"
                    aria-pressed={pattern !== undefined && isWanted(pattern, path.split('.'), matcher)}
                    disabled={pattern === undefined}
                    onClick={() => onWant(path, matcher)}
                  >
                    <bdi class="key">{terminalJson(elementText(matcher))}</bdi>
                  </button>
                ))}
              </span>
            ),
          },
        ]}
      />
    </section>
  );
}

const valuesOf = ({ event, key }: TriedEvent): readonly Value[] =>
  Array.from(leavesOf(event), ([path, leaves]) => {
    const folders = path === 'detail.object.key' && key !== undefined ? foldersOf(key) : [];
    return {
      path,
      matchers: [...new Set(leaves), ...folders.map((prefix) => JSON.stringify({ prefix }))],
    };
  });
