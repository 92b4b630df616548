import { depthIn } from '../pipeline/queue-depth.ts';
import { answerOf, type Asked } from '../pipeline/asked.ts';
import type { Observation } from './observation.ts';
import type { ConsumerLook, DrainLook, QueueAttributes } from './pipeline-look.ts';
import type { statusDocument } from './status-document.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** What is null is not known: nobody can ask, or the answer failed, and `joints` says why; or a consumer of this target has no such thing. */
export type ConsumerStatus = DocumentOf<typeof statusDocument>['consumers'][number];

export function consumerStatus(
  look: ConsumerLook,
  seen: Observation | undefined,
): Omit<ConsumerStatus, 'keeps'> {
  const { consumer, queues, drain } = look;
  const queue = messagesIn(queues?.queue);
  const letters = messagesIn(queues?.deadLetters);
  const undelivered = messagesIn(look.ruleDeadLetters);
  const { oldestAgeMs, isFailing, lastError } = seen ?? {};
  // who drains a queue that no function of the stack drains counts for itself
  const counted = drain === undefined ? undefined : seen;
  // SQS tells nobody which of the messages in flight have failed before
  const atMost = isFailing === false ? 0 : queue.inFlight;
  return {
    name: consumer.name,
    target: consumer.kind,
    rule: ruleState(look.rule),
    mapping: mappingState(drain?.mappings),
    ...queue,
    retrying: counted === undefined ? null : (counted.retrying ?? atMost),
    oldestAgeSeconds: oldestAgeMs === undefined ? null : Math.round(oldestAgeMs / 1_000),
    // those in another command's hand are letters still
    deadLetters: letters.waiting === null ? null : letters.waiting + (letters.inFlight ?? 0),
    ruleDeadLetters: undelivered.waiting === null ? null : undelivered.waiting + (undelivered.inFlight ?? 0),
    failed: counted?.failed ?? null,
    functionErrors: counted?.functionErrors ?? null,
    lastError: lastError ?? null,
  };
}

function messagesIn(queue: Asked<QueueAttributes> | undefined): {
  waiting: number | null;
  inFlight: number | null;
} {
  const attributes = queue === undefined ? undefined : answerOf(queue);
  if (attributes === undefined) return { waiting: null, inFlight: null };
  const { waiting, inHand } = depthIn(attributes);
  return { waiting, inFlight: inHand };
}

function ruleState(rule: ConsumerLook['rule']): ConsumerStatus['rule'] {
  if ('problem' in rule) return rule.isMissing ? 'missing' : null;
  return rule.answer.State === 'DISABLED' ? 'disabled' : 'enabled';
}

function mappingState(mappings: DrainLook['mappings'] | undefined): string | null {
  if (mappings === undefined) return null;
  if ('problem' in mappings) return mappings.isMissing ? 'missing' : null;
  return mappings.answer[0] === undefined ? 'missing' : (mappings.answer[0].State ?? 'unknown').toLowerCase();
}
