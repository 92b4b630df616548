import { useEffect, useState } from 'preact/hooks';
import { Key } from '../parts/shown.tsx';
import { droppedFiles, type Chosen } from './dropped-files.ts';
import { exampleKeys } from './reach.ts';
import { ReachList } from './reach-list.tsx';
import { useReach } from './use-reach.ts';

/** The whole window takes files; while they hang over it, it says where they would go and whom they would reach. */
export function DropTarget({
  prefix,
  onChosen,
}: {
  readonly prefix: string;
  readonly onChosen: (chosen: Promise<Chosen>) => void;
}) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    };
    const enter = (event: DragEvent): void => {
      over(event);
      depth += 1;
      if (event.defaultPrevented) setOver(true);
    };
    // each element that the pointer passes is entered and left
    const leave = (): void => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      over(event);
      depth = 0;
      setOver(false);
      if (event.defaultPrevented && event.dataTransfer !== null) onChosen(droppedFiles(event.dataTransfer));
    };
    const listeners = { dragenter: enter, dragover: over, dragleave: leave, drop } as const;
    for (const [name, listen] of Object.entries(listeners)) addEventListener(name, listen as EventListener);
    return () => {
      for (const [name, listen] of Object.entries(listeners)) {
        removeEventListener(name, listen as EventListener);
      }
    };
  }, [onChosen]);
  // asked before anything hangs over the page, so that it can be said at once
  const reach = useReach(exampleKeys(prefix).map((key) => ({ key })));
  if (!isOver) return null;
  return (
    <div class="drop-target" role="status">
      <div class="card stack">
        <h2>
          Drop to upload{' '}
          {prefix === '' ? (
            'to the bucket'
          ) : (
            <>
              below <Key text={prefix} />
            </>
          )}
        </h2>
        <p class="quiet">Such keys would reach:</p>
        <ReachList reach={reach} />
      </div>
    </div>
  );
}
