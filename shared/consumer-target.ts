import { checkText, fieldsOf, refuseUnknown, wrong } from './checked-fields.ts';

/**
 * Where a consumer's rule sends its events. It is data, as what a consumer keeps is: the stack says it in an output, for each
 * consumer whose target is no function.
 *
 *     { "kind": "queue" }
 *     { "kind": "bus", "arn": "arn:aws:events:eu-west-1:111122223333:event-bus/partner" }
 */
export type ConsumerTarget =
  /** Its queue, which a function of the stack drains. */
  | { readonly kind: 'function' }
  /** Its queue, which somebody else drains. */
  | { readonly kind: 'queue' }
  /** Another event bus, of this account or of another. */
  | { readonly kind: 'bus'; readonly arn: string }
  /** A Step Functions state machine: one execution per event. */
  | { readonly kind: 'state-machine'; readonly arn: string };

/** As the stack's output carries it. The ARN may be a token of the CDK. */
export function targetText(target: ConsumerTarget): string {
  return JSON.stringify(target);
}

/** @throws Error saying what cannot be read */
export function parseTarget(text: string): ConsumerTarget {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`a consumer's target is no JSON: ${text}`, { cause });
  }
  const { kind, arn, ...unknown } = fieldsOf(value, 'target');
  refuseUnknown(unknown, 'target');
  if (kind === 'function' || kind === 'queue') {
    if (arn !== undefined) throw wrong('target.arn', arn, `a ${kind} of the consumer's own needs none`);
    return { kind };
  }
  if (kind !== 'bus' && kind !== 'state-machine') {
    throw wrong('target.kind', kind, 'write function, queue, bus or state-machine');
  }
  checkText('target.arn', arn);
  return { kind, arn: String(arn) };
}
