import { depthIn } from '../pipeline/queue-depth.ts';
import { answerOf, type Asked } from '../pipeline/asked.ts';
import type { Observation } from './observation.ts';
import type { ConsumerLook, QueueAttributes } from './pipeline-look.ts';
import type { statusDocument } from './status-document.ts';
import type { DocumentOf } from '../terminal/document.ts';

/** What is null is not known: nobody can ask, or the answer failed, and `joints` says why. */
export type ConsumerStatus = DocumentOf<typeof statusDocument>['consumers'][number];

export function consumerStatus(look: ConsumerLook, seen: Observation | undefined): ConsumerStatus {
  const queue = messagesIn(look.queue);
  const letters = messagesIn(look.deadLetters);
  const undelivered = messagesIn(look.ruleDeadLetters);
  const { oldestAgeMs, functionErrors, failed: failures, isFailing, lastError } = seen ?? {};
  // SQS tells nobody which of the messages in flight have failed before
  const atMost = isFailing === false ? 0 : queue.inFlight;
  return {
    name: look.consumer.name,
    rule: ruleState(look.rule),
    mapping: mappingState(look.mappings),
    ...queue,
    retrying: seen === undefined ? null : (seen.retrying ?? atMost),
    oldestAgeSeconds: oldestAgeMs === undefined ? null : Math.round(oldestAgeMs / 1_000),
    // those in another command's hand are letters still
    deadLetters: letters.waiting === null ? null : letters.waiting + (letters.inFlight ?? 0),
    ruleDeadLetters: undelivered.waiting === null ? null : undelivered.waiting + (undelivered.inFlight ?? 0),
    failed: failures ?? null,
    functionErrors: functionErrors ?? null,
    lastError: lastError ?? null,
  };
}

function messagesIn(queue: Asked<QueueAttributes>): { waiting: number | null; inFlight: number | null } {
  const attributes = answerOf(queue);
  if (attributes === undefined) return { waiting: null, inFlight: null };
  const { waiting, inHand } = depthIn(attributes);
  return { waiting, inFlight: inHand };
}

function ruleState(rule: ConsumerLook['rule']): ConsumerStatus['rule'] {
  if ('problem' in rule) return rule.isMissing ? 'missing' : null;
  return rule.answer.State === 'DISABLED' ? 'disabled' : 'enabled';
}

function mappingState(mappings: ConsumerLook['mappings']): string | null {
  if ('problem' in mappings) return mappings.isMissing ? 'missing' : null;
  return mappings.answer[0] === undefined ? 'missing' : (mappings.answer[0].State ?? 'unknown').toLowerCase();
}
