import { isLocal } from '../live.ts';
import { Button } from '../parts/button.tsx';
import { setFilters } from '../route.ts';
import { secondText, zoomedOut, type TimeWindow } from './time-window.ts';

/** Shows less or more of the archive's time. The back button of the browser leads back. */
export function ZoomButtons({
  chosen,
  view,
  nowMs,
}: {
  readonly chosen: TimeWindow | undefined;
  /** What is shown; undefined = all that there is. */
  readonly view: TimeWindow | undefined;
  readonly nowMs: number;
}) {
  return (
    <div class="row">
      <Button isSmall isDisabled={chosen === undefined} onClick={() => show(chosen)}>
        Zoom in
      </Button>
      <Button isSmall isDisabled={view === undefined} onClick={() => show(view && zoomedOut(view, nowMs))}>
        Zoom out
      </Button>
      <Button isSmall isDisabled={view === undefined} onClick={() => show(undefined)}>
        {isLocal.value ? 'All events' : 'The last day'}
      </Button>
      <Button
        isSmall
        kind="bare"
        isDisabled={chosen === undefined}
        onClick={() => setFilters({ since: undefined, until: undefined })}
      >
        Choose nothing
      </Button>
    </div>
  );
}

function show(view: TimeWindow | undefined): void {
  setFilters(
    { from: view && secondText(view.fromMs), to: view && secondText(view.toMs) },
    { replace: false },
  );
}
