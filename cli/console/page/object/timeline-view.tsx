import { terminalText } from '../../../../shared/terminal-text.ts';
import { plural } from '../../../terminal/units.ts';
import { Time } from '../parts/shown.tsx';
import {
  lengthText,
  offsetText,
  type ConsumerTimeline,
  type TimelineRun,
  type TimelineStep,
} from './timeline.ts';

/** What happened at a consumer, as a list of steps, each with its place on a scale that all consumers share. */
export function TimelineView({
  timeline: { runs, otherAttempts },
  spanMs,
}: {
  readonly timeline: ConsumerTimeline;
  readonly spanMs: number;
}) {
  return (
    <div class="stack timeline">
      {runs.map((run) => (
        <Run key={run.beganAt + run.name} run={run} spanMs={spanMs} />
      ))}
      {otherAttempts === 0 ? null : (
        <p class="quiet">
          {plural(otherAttempts, 'attempt')} on other versions of the key {otherAttempts === 1 ? 'is' : 'are'}{' '}
          not shown here.
        </p>
      )}
    </div>
  );
}

function Run({
  run: { name, beganAt, steps },
  spanMs,
}: {
  readonly run: TimelineRun;
  readonly spanMs: number;
}) {
  return (
    // each consumer has runs of these names
    <div role="group" aria-label={terminalText(name)}>
      <p class="timeline-run">
        <span>
          <strong>{terminalText(name)}</strong> <Time at={beganAt} />
        </span>
        <span aria-hidden="true">scale: {lengthText(spanMs)}</span>
      </p>
      <ol>
        {steps.map((step, index) => (
          <Step key={index} step={step} spanMs={spanMs} />
        ))}
      </ol>
    </div>
  );
}

function Step({ step, spanMs }: { readonly step: TimelineStep; readonly spanMs: number }) {
  const { atMs, durationMs, text, tone, error } = step;
  return (
    <li class={`timeline-step is-${tone}`}>
      <span class="number timeline-at">{offsetText(atMs)}</span>
      <span class="timeline-text">
        {terminalText(text)}
        {durationMs === undefined ? '' : `, ${lengthText(durationMs)}`}
      </span>
      <span class="timeline-track" aria-hidden="true">
        <span
          class={durationMs === undefined ? 'timeline-point' : 'timeline-bar'}
          style={{
            left: `${(atMs / spanMs) * 100}%`,
            ...(durationMs !== undefined && { width: `${(durationMs / spanMs) * 100}%` }),
          }}
        />
      </span>
      {error === undefined || error === '' ? null : <span class="timeline-error">{terminalText(error)}</span>}
    </li>
  );
}
