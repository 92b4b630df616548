import type { ObjectRecord, WouldSend } from '../../shared/control-api.ts';
import { parseObjectEvents } from '../../shared/object-event/object-event-parser.ts';
import type { ObjectVersion } from '../objects/object-versions.ts';
import type { LocalControl } from '../pipeline/local-control.ts';
import { wouldSend, type WouldSendSearch } from '../status/would-send.ts';
import { plural } from '../terminal/units.ts';
import type { AskedVersion } from './asked-version.ts';
import type { ForwardingConsumer, QueueConsumer } from '../pipeline/consumer.ts';
import { TARGET_WORDS } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { queueDepth } from '../pipeline/queue-depth.ts';
import { queueName } from '../pipeline/queue-name.ts';
import type { Undone } from './undone.ts';
import type { outcome } from './fate-document.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** What is known of an object's event at a consumer whose work is done elsewhere. */
export interface KnownHere {
  /** What the local runtime has on record; undefined in AWS. */
  readonly known: ObjectRecord | undefined;
  readonly undone: Undone | undefined;
  /** The rule sends events now; one that was disabled may have let this one by. */
  readonly isEnabled: boolean;
  /** The object came so lately that its event may be on its way. */
  readonly isYoung: boolean;
  /** Letters of the rule, none of them about the object. */
  readonly otherLetters: number;
}

interface Told {
  readonly outcome: DocumentOf<typeof outcome>;
  readonly note: string;
  readonly wouldSend?: readonly { readonly at: string; readonly to: string; readonly event: unknown }[];
}

/** What became of an event in a queue that somebody else drains: it waits there, or it was taken. */
export async function fateInQueue(
  pipeline: Pipeline,
  { queueUrl }: QueueConsumer,
  { known, undone, isEnabled, isYoung }: KnownHere,
): Promise<Told> {
  const message = known?.messages.find((one) => one.queueName === queueName(queueUrl));
  if (message !== undefined) {
    return message.inFlight
      ? { outcome: 'queued', note: 'in the hand of whoever drains its queue' }
      : { outcome: 'queued', note: `waits since ${message.sentAt} for whoever drains its queue` };
  }
  if (undone === 'waiting') return { outcome: 'waiting', note: 'on its way to the queue' };
  if (!isEnabled) return letBy;
  if (pipeline.deployment.kind === 'aws') {
    const { waiting, inHand } = await queueDepth(pipeline, queueUrl);
    if (waiting + inHand > 0 || isYoung) {
      return {
        outcome: 'unknown',
        note: `it was taken by whoever drains the queue, or waits there: AWS cannot tell which messages do (about ${waiting + inHand})`,
      };
    }
  }
  return { outcome: 'handed-over', note: 'its queue holds no message of it: whoever drains it has taken it' };
}

/** What became of an event that the rule sends on: where it went nobody here can see; on this machine, what it would have sent. */
export async function fateElsewhere(
  { control, ingestBucket: bucket }: Pipeline,
  { name, kind, targetArn, ruleName }: ForwardingConsumer,
  { undone, isEnabled, isYoung, otherLetters }: KnownHere,
  { key, version }: AskedVersion,
): Promise<Told> {
  const where = `to ${TARGET_WORDS[kind]}, ${targetArn}`;
  if (undone === 'waiting') return { outcome: 'waiting', note: `on its way ${where}` };
  if (control !== undefined) {
    const sent = await sentOf(control, { bucket, key }, ruleName, version);
    const [last] = sent;
    if (last !== undefined) {
      return {
        outcome: 'would-send',
        note: `at ${last.at} ${where}, which does not run here`,
        wouldSend: sent.map(({ at, to, event }) => ({ at, to, event })),
      };
    }
    // an event is never before its object
    const since = new Date(Date.parse(version.lastModified) - 1_000).toISOString();
    const disabled = isEnabled ? '' : '; its rule is disabled';
    return {
      outcome: 'missing',
      note: `nothing would have been sent of it, and nothing is on its way${disabled}; \`sluice replay --since ${since} --consumer ${name}\` sends what the archive has`,
    };
  }
  if (!isEnabled) return letBy;
  if (isYoung) return { outcome: 'unknown', note: `sent by the rule, or on its way ${where}` };
  const letters = otherLetters === 0 ? 'is empty' : `holds ${plural(otherLetters, 'letter')}, none about it`;
  return {
    outcome: 'handed-over',
    note: `sent by the rule ${where}; the rule’s dead-letter queue ${letters}`,
  };
}

/** What the rule would have sent of this version, newest first. */
async function sentOf(
  control: LocalControl,
  search: WouldSendSearch,
  ruleName: string,
  version: ObjectVersion,
): Promise<readonly WouldSend[]> {
  const sent: WouldSend[] = [];
  for await (const one of wouldSend(control, search)) {
    if (one.by === ruleName && isAbout(one.event, version)) sent.push(one);
  }
  return sent;
}

/** A rule can send any other text than the event, of which the runtime knows the key alone. */
function isAbout(event: unknown, { versionId, etag }: ObjectVersion): boolean {
  let events;
  try {
    events = parseObjectEvents(event);
  } catch {
    return true;
  }
  return events.some((one) =>
    one.versionId === undefined ? one.etag === etag : one.versionId === versionId,
  );
}

const letBy: Told = {
  outcome: 'unknown',
  note: 'its rule is disabled: what came since then has passed it by, and what came before was sent',
};
