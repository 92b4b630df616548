import type { pauseDocument, resumeDocument } from '../../../consumers/switch-documents.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { plural } from '../../../terminal/units.ts';
import { Action } from '../parts/action.tsx';

type SwitchDocument = DocumentOf<typeof pauseDocument | typeof resumeDocument>;

/** Stops a consumer's function, or lets it go on. */
export function ConsumerSwitch({
  consumer,
  isPaused,
}: {
  readonly consumer: string;
  readonly isPaused: boolean;
}) {
  const verb = isPaused ? 'resume' : 'pause';
  return (
    <Action<SwitchDocument>
      title={isPaused ? 'Resume' : 'Pause'}
      label={`${isPaused ? 'Resume' : 'Pause'} ${consumer}`}
      isSmall
      args={[verb, '--', consumer]}
      count={({ before }) => (before === (isPaused ? 'Enabled' : 'Disabled') ? 0 : 1)}
      plan={({ before, waiting }) => (
        <p>
          {isPaused
            ? `${consumer} goes on: ${plural(waiting, 'message')} in its queue will be worked off.`
            : `What ${consumer} has in hand is finished; what comes waits in its queue, ${plural(waiting, 'message')} now. Nothing is lost as long as it goes on within the queue’s retention.`}{' '}
          Its event source mapping is {before.toLowerCase()}.
        </p>
      )}
      result={({ document }) => (
        <p>
          {consumer}: its event source mapping is {document?.state.toLowerCase()}.
        </p>
      )}
    />
  );
}
