import { useState } from 'preact/hooks';
import type { logsDocument } from '../../../logs/logs-documents.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { logLine } from '../../../logs/log-line.ts';
import { useAsked } from '../asked.ts';
import { isLocal } from '../live.ts';
import { Button } from '../parts/button.tsx';
import { CommandLine } from '../parts/command-line.tsx';
import { Time } from '../parts/shown.tsx';
import { Trouble } from '../parts/trouble.tsx';

type LogsDocument = DocumentOf<typeof logsDocument>;

/** The last lines of a function's log, on demand: in AWS a look costs by what it scans. */
export function ConsumerLog({ consumer }: { readonly consumer: string }) {
  const [isShown, setShown] = useState(false);
  const args = ['logs', '--consumer', consumer, '--since', '15m', '--last', '50'];
  const { document, exitCode, trouble, isAsking, again } = useAsked<LogsDocument>(isShown ? args : undefined);
  if (!isShown) {
    return (
      <div class="row">
        <Button isSmall onClick={() => setShown(true)}>
          Show its log
        </Button>
        {isLocal.value ? null : (
          <span class="quiet">CloudWatch asks for what it scans: about $0.005 per GB.</span>
        )}
      </div>
    );
  }
  const events = document?.events ?? [];
  return (
    <div class="stack flow-log">
      <div class="row">
        <h3>Its log, last 15 minutes</h3>
        <Button isSmall isDisabled={isAsking} onClick={again}>
          {isAsking ? 'Reading …' : 'Read again'}
        </Button>
      </div>
      {trouble === undefined || exitCode === 3 ? null : <Trouble of={trouble} again={again} />}
      {!isAsking && events.length === 0 && (trouble === undefined || exitCode === 3) ? (
        <p class="quiet">It has written no line in this time.</p>
      ) : null}
      {events.length === 0 ? null : (
        <ol class="log-lines" tabIndex={0} aria-label={`Log of ${consumer}`}>
          {events.map(({ timestamp, message }) => {
            const { level, text, facts } = logLine(message);
            return (
              <li class={`level-${level.toLowerCase()}`}>
                <Time at={timestamp} /> <b>{level}</b> {text} <span class="quiet">{facts}</span>
              </li>
            );
          })}
        </ol>
      )}
      <CommandLine args={args} />
    </div>
  );
}
