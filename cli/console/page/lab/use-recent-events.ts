import { useMemo } from 'preact/hooks';
import type { explainArchiveDocument } from '../../../explain/explain-document.ts';
import type { samplesDocument } from '../../../samples/samples-document.ts';
import type { DocumentOf } from '../../../terminal/document.ts';
import { useAsked } from '../asked.ts';
import { isLocal } from '../live.ts';
import { flow } from '../flow-feed.ts';
import type { Trouble } from '../server.ts';
import { archivedAsRecent, samplesAsRecent, type RecentEvent } from './tried-events.ts';

export interface RecentEvents {
  readonly events: readonly RecentEvent[] | undefined;
  /** Where they come from; samples also stand in for an archive that is empty or cannot be read. */
  readonly from: 'archive' | 'ledger' | 'samples';
  readonly isEmpty: boolean;
  /** How many were asked for. */
  readonly last: number;
  /** How many the archive held then, as far as that is known. */
  readonly archived: number | undefined;
  readonly trouble: Trouble | undefined;
  readonly isAsking: boolean;
  readonly again: () => void;
}

/** Matches every event that there is: they are read once, and then held against each pattern that is typed. */
const EVERY_EVENT = '{"source":[{"exists":true}]}';

/** The last events, or a sample of each kind. @param sampleKey of which object the samples are */
export function useRecentEvents(wantsSamples: boolean, last: number, sampleKey: string): RecentEvents {
  const archive = useAsked<DocumentOf<typeof explainArchiveDocument>>(
    wantsSamples ? undefined : ['explain', '--last', String(last), '--pattern', EVERY_EVENT],
  );
  const isEmpty = archive.document?.looked === 0;
  const isSamples =
    wantsSamples || isEmpty || (archive.document === undefined && archive.trouble !== undefined);
  const samples = useAsked<DocumentOf<typeof samplesDocument>>(
    isSamples ? ['samples', '--', sampleKey] : undefined,
    { afterChanges: false },
  );
  const events = useMemo(() => {
    if (!isSamples) return archive.document && archivedAsRecent(archive.document.events);
    return samples.document && samplesAsRecent(samples.document.samples, samples.document.key);
  }, [isSamples, archive.document, samples.document]);
  return {
    events,
    from: isSamples ? 'samples' : isLocal.value ? 'archive' : 'ledger',
    isEmpty,
    last,
    archived: useMemo(() => flow.peek()?.archive.events ?? undefined, [archive.document]),
    trouble: archive.trouble ?? samples.trouble,
    isAsking: archive.isAsking || samples.isAsking,
    again: archive.again,
  };
}
