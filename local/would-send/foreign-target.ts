import type { BusDelivery, DeliveryFailure, DeliveryTarget } from '../eventbridge/deliveries.ts';
import { isAllowed, resourcePolicyAllows } from '../iam.ts';
import type { TargetRolePlan } from '../plan.ts';
import { sendingAction } from './foreign-arn.ts';
import type { WouldSendRecords } from './would-send-records.ts';

/**
 * The targets of rules that do not run here: the event is kept as one that would have been sent, if the rule's role may
 * send it.
 */
export class ForeignTargets implements DeliveryTarget {
  readonly #records: WouldSendRecords;
  #roles: readonly TargetRolePlan[] = [];

  constructor(records: WouldSendRecords) {
    this.#records = records;
  }

  /** From now on these are the roles that there are. */
  provision(roles: readonly TargetRolePlan[]): void {
    this.#roles = roles;
  }

  deliver(delivery: BusDelivery): 'delivered' | DeliveryFailure {
    const { targetArn, ruleArn, body, roleArn } = delivery;
    const refusal = roleArn === undefined ? undefined : this.#refusal(delivery, roleArn);
    if (refusal !== undefined) {
      return { errorCode: 'NO_PERMISSIONS', errorMessage: refusal, retryable: false };
    }
    this.#records.add({ by: ruleArn.slice(ruleArn.lastIndexOf('/') + 1), to: targetArn, event: body });
    return 'delivered';
  }

  /** Why the role does not let the rule send, which EventBridge finds out when it tries. */
  #refusal({ targetArn, ruleArn }: BusDelivery, roleArn: string): string | undefined {
    const role = this.#roles.find(({ arn }) => arn === roleArn);
    if (role === undefined) return `The role ${roleArn} is not in the template.`;
    const service = 'events.amazonaws.com';
    const [, , , , sourceAccount = ''] = ruleArn.split(':');
    const call = { service, action: 'sts:AssumeRole', resource: roleArn, sourceArn: ruleArn, sourceAccount };
    if (!resourcePolicyAllows(role.trust, call)) {
      return `The role ${roleArn} does not let ${service} assume it.`;
    }
    const { name, statements } = role;
    const principal = {
      kind: 'role',
      roleName: name,
      functionName: name,
      accountId: sourceAccount,
      statements,
    } as const;
    const action = sendingAction(targetArn)!;
    return isAllowed(principal, action, targetArn)
      ? undefined
      : `The role ${roleArn} lacks ${action} on ${targetArn}.`;
  }
}

/** Hands an event to a queue, or to what does not run here. */
export function anyTarget(queues: DeliveryTarget, foreign: DeliveryTarget): DeliveryTarget {
  return {
    deliver: (delivery) =>
      (sendingAction(delivery.targetArn) === undefined ? queues : foreign).deliver(delivery),
  };
}
