import { terminalText } from '../../../../shared/terminal-text.ts';
import { OutcomeChip } from '../parts/chip.tsx';
import { Clauses } from '../parts/clauses.tsx';
import { Link } from '../parts/link.tsx';
import { Key, Time } from '../parts/shown.tsx';
import { Said } from '../parts/trouble.tsx';
import { addressOf } from '../route.ts';
import { CountProfile } from './count-profile.tsx';
import { JsonView } from './json-view.tsx';
import { SendAgainAction } from './object-actions.tsx';
import { replayWindow, type ObjectExplained } from './object-question.ts';
import { TimelineView } from './timeline-view.tsx';
import type { ConsumerFate, Timelines } from './timeline.ts';

/** What became of the object at one consumer, and why. */
export function ConsumerCard({
  objectKey,
  fate,
  lastModified,
  timelines,
  judged,
}: {
  readonly objectKey: string;
  readonly fate: ConsumerFate;
  readonly lastModified: string;
  readonly timelines: Timelines;
  readonly judged: ObjectExplained['consumers'][number] | undefined;
}) {
  const { consumer, outcome, note, stored, letter, wouldSend = [] } = fate;
  const timeline = timelines.consumers.find((one) => one.consumer === consumer);
  const shown = outcome === 'recorded' && fate.told?.isNotCounted === true ? 'not-counted' : outcome;
  return (
    <section class="card stack consumer-card" aria-label={terminalText(consumer)}>
      <div class="consumer-head">
        <div class="row">
          <h2>{terminalText(consumer)}</h2>
          <OutcomeChip outcome={shown} />
        </div>
        {outcome === 'not-matched' ? null : (
          <div class="row">
            <Link
              class="button is-small"
              to={addressOf('/archive', { ...replayWindow(lastModified), consumer })}
              title="Delivers what the archive holds of that second again"
            >
              Replay its event
            </Link>
            <SendAgainAction objectKey={objectKey} consumer={consumer} />
          </div>
        )}
      </div>
      {note === undefined ? null : <p class="quiet">{terminalText(note)}</p>}
      {letter === undefined ? null : (
        <Said tone="warn">
          A dead letter since <Time at={letter.sentAt} />: <Key text={letter.reason} />{' '}
          <Link to={addressOf('/letters', { consumer })}>to the dead letters</Link>
        </Said>
      )}
      <CountProfile fate={fate} />
      {timeline === undefined || timeline.runs.length === 0 ? null : (
        <TimelineView timeline={timeline} spanMs={timelines.spanMs} />
      )}
      {wouldSend.map(({ at, to, event }) => (
        <details key={at}>
          <summary>
            Would have been sent to <Key text={to} /> at <Time at={at} />
          </summary>
          <JsonView value={event} label="What would have been sent" />
        </details>
      ))}
      {judged === undefined ? null : (
        <details open={judged.verdict === 'not-matched'}>
          <summary>
            {judged.verdict === 'not-matched' ? 'Why its rule does not want it' : 'Why its rule wants it'}
            {judged.verdict === 'skipped' ? `, and why it keeps nothing of it: ${judged.why ?? ''}` : ''}
          </summary>
          {judged.isEnabled ? null : (
            <Said tone="warn">
              The rule is disabled: nothing reaches {terminalText(consumer)} before it is resumed.
            </Said>
          )}
          <Clauses clauses={judged.clauses} />
        </details>
      )}
      {stored === undefined ? null : (
        <details>
          <summary>What is stored</summary>
          <JsonView value={stored} label={`What ${consumer} has stored`} />
        </details>
      )}
    </section>
  );
}
