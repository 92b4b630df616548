import { bytesText, countText, durationText } from '../../../terminal/units.ts';
import type { FlowDocument } from '../flow-feed.ts';
import type { FlowPart, StatusDocument } from './flow-graph.ts';
import { rateText } from './part-facts.ts';

/** A line of a part's panel: `Waiting`, `1,204`. */
export interface PartNumber {
  readonly label: string;
  /** `not known` where nobody can tell. */
  readonly text: string;
  /** It is what somebody should look at. */
  readonly isBad?: boolean;
}

const UNKNOWN = 'not known';

const many = (label: string, count: number | null | undefined, isBad = false): PartNumber => ({
  label,
  text: count === null || count === undefined ? UNKNOWN : countText(count),
  ...(isBad && (count ?? 0) > 0 && { isBad }),
});

const rate = (label: string, perSecond: number | null | undefined): PartNumber => ({
  label,
  text: rateText(perSecond) ?? UNKNOWN,
});

/** Every number of a part, as exact as it is known. */
export function partNumbers(
  part: FlowPart,
  flow: FlowDocument | undefined,
  status: StatusDocument | undefined,
): readonly PartNumber[] {
  const own = flow?.consumers.find(({ name }) => name === part.consumer);
  const told = status?.consumers.find(({ name }) => name === part.consumer);
  switch (part.kind) {
    case 'bucket':
      return [];
    case 'bus':
      return [
        many('Events', flow?.bus.published),
        rate('Now', flow?.bus.perSecond?.published),
        many('Not handed on yet', flow?.bus.waiting),
      ];
    case 'archive':
      return archiveNumbers(flow, status);
    case 'rule':
      return [
        many('Matched, with replays', own?.matched),
        many('Delivered', own?.delivered),
        rate('Now', own?.perSecond?.matched),
        many('Could not be delivered', own?.ruleDeadLetters, true),
      ];
    case 'queue':
      return [
        many('Waiting', own?.waiting),
        many('In hand, or to be tried again later', own?.inFlight),
        many('Delayed', own?.delayed),
        { label: 'Oldest', text: ageText(own?.oldestAgeSeconds) },
        many('Dead letters', own?.deadLetters, true),
      ];
    case 'function':
      return [
        many('Done with', own?.done),
        rate('Now', own?.perSecond?.done),
        many('Tried in vain', own?.failed),
        rate('In vain now', own?.perSecond?.failed),
        many('Whole invocations failed, last hour', told?.functionErrors),
        many('To be tried again', told?.retrying, true),
      ];
    case 'drainer':
      return [many('Taken out of the queue', own?.done)];
    case 'other-bus':
      return [many('Sent there', own?.delivered), rate('Now', own?.perSecond?.matched)];
    case 'state-machine':
      return [many('Executions started', own?.delivered), rate('Now', own?.perSecond?.matched)];
    case 'table':
    case 'objects':
    default:
      return [many('Events that were done with', own?.done)];
  }
}

/** An empty queue has no oldest message. */
function ageText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  return seconds === 0 ? 'under a second' : durationText(seconds * 1_000);
}

function archiveNumbers(
  flow: FlowDocument | undefined,
  status: StatusDocument | undefined,
): readonly PartNumber[] {
  const archive = status?.archive;
  return [
    many('Events', flow?.archive.events),
    { label: 'Size', text: archive ? bytesText(archive.bytes) : UNKNOWN },
    {
      label: 'Kept',
      text: archive ? (archive.retentionDays === 0 ? 'for ever' : `${archive.retentionDays} days`) : UNKNOWN,
    },
  ];
}
