import { isLocal, isWatched } from './live.ts';
import { useAsked } from './asked.ts';
import type { flowDocument } from '../../flow/flow-document.ts';
import type { DocumentOf } from '../../terminal/document.ts';
import { Button } from './parts/button.tsx';

/** In AWS: what looking again and again costs, and the switch. Locally the page is live by itself. */
export function WatchSwitch() {
  const isAws = !isLocal.value;
  const { document } = useAsked<DocumentOf<typeof flowDocument>>(isAws ? ['flow'] : undefined);
  if (!isAws) return null;
  const cost = document?.costPerHourUsd;
  return (
    <span class="row">
      <span class="quiet">
        {cost === undefined
          ? 'Asking AWS costs a little'
          : `Watching costs about $${cost.toFixed(3)} an hour`}
      </span>
      <Button
        isSmall
        isPressed={isWatched.value}
        onClick={() => {
          isWatched.value = !isWatched.value;
        }}
      >
        {isWatched.value ? 'Stop watching' : 'Watch'}
      </Button>
    </span>
  );
}
