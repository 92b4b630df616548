import type { connectBucketDocument } from '../../../connect/connect-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { plural } from '../../../terminal/units.ts';
import { Action } from '../parts/action.tsx';
import { CommandLine } from '../parts/command-line.tsx';

/** Lets a bucket send its events to EventBridge, where somebody has switched that off. */
export function ConnectBucket() {
  return (
    <Action<DocumentOf<typeof connectBucketDocument>>
      title="Connect the bucket"
      kind="main"
      isSmall
      args={['connect-bucket']}
      count={({ before }) => (before.eventBridge ? 0 : 1)}
      plan={({ bucket, after }) => (
        <p>
          {bucket} will send its events to EventBridge.{' '}
          {after.destinations.length === 0
            ? 'It has no other destination.'
            : `Its ${plural(after.destinations.length, 'other destination')} stay as they are.`}
        </p>
      )}
      result={({ document }) => (
        <>
          <p>
            {document?.bucket} sends its events. What was uploaded meanwhile has reached nobody: send it now.
          </p>
          <CommandLine args={['backfill', '--dry-run']} />
        </>
      )}
    />
  );
}
