import type { BusDelivery, DeliveryFailure, DeliveryTarget } from '../eventbridge/deliveries.ts';
import { isAllowed, resourcePolicyAllows, type ServiceCall } from '../iam.ts';
import type { KmsKeys } from '../kms/kms-keys.ts';
import type { TopicPlan } from '../asked-plan.ts';
import type { TargetRolePlan } from '../plan.ts';
import { sendingAction } from './foreign-arn.ts';
import type { WouldSendRecords } from './would-send-records.ts';

/** What SNS does with the key of a topic for whoever publishes. */
const PUBLISHING = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** EventBridge, on behalf of a rule. */
const byRule = (ruleArn: string) => ({
  service: 'events.amazonaws.com',
  sourceArn: ruleArn,
  sourceAccount: ruleArn.split(':')[4] ?? '',
});

/**
 * The targets of rules that do not run here: the event is kept as one that would have been sent, if the rule's role may
 * send it, or the target's own policy lets the rule do it.
 */
export class ForeignTargets implements DeliveryTarget {
  readonly #records: WouldSendRecords;
  readonly #keys: KmsKeys | undefined;
  #roles: readonly TargetRolePlan[] = [];
  #topics: readonly TopicPlan[] = [];

  /** @param keys whose use is asked of services. @default nobody is asked */
  constructor(records: WouldSendRecords, keys?: KmsKeys) {
    this.#records = records;
    this.#keys = keys;
  }

  /** From now on these are the roles and the topics that there are. */
  provision(roles: readonly TargetRolePlan[], topics: readonly TopicPlan[] = []): void {
    this.#roles = roles;
    this.#topics = topics;
  }

  deliver(delivery: BusDelivery): 'delivered' | DeliveryFailure {
    const { targetArn, ruleArn, body, roleArn } = delivery;
    const refusal =
      roleArn === undefined
        ? this.topicRefusal(targetArn, byRule(ruleArn))
        : this.#refusal(delivery, roleArn);
    if (refusal !== undefined) {
      return { errorCode: 'NO_PERMISSIONS', errorMessage: refusal, retryable: false };
    }
    this.#records.add({ by: ruleArn.slice(ruleArn.lastIndexOf('/') + 1), to: targetArn, event: body });
    return 'delivered';
  }

  /** Why a service may not publish to a topic; undefined when it may, and for what is no topic of the template. */
  topicRefusal(topicArn: string, caller: Omit<ServiceCall, 'action' | 'resource'>): string | undefined {
    const topic = this.#topics.find(({ arn }) => arn === topicArn);
    if (topic === undefined) return undefined;
    const { policy, keyId: key } = topic;
    const from = `${caller.service} publish to it for ${caller.sourceArn}`;
    const call = { ...caller, action: 'sns:Publish', resource: topicArn };
    if (policy !== undefined && !resourcePolicyAllows(policy, call)) {
      return `The policy of ${topicArn} does not let ${from}.`;
    }
    const use = { key, via: 'sns', encryptionContext: { 'aws:sns:topicArn': topicArn } } as const;
    if (this.#keys?.allowsService(caller, { ...use, actions: PUBLISHING }) ?? true) return undefined;
    return `The policy of the key of ${topicArn} does not let ${from}.`;
  }

  /** Why the role does not let the rule send, which EventBridge finds out when it tries. */
  #refusal({ targetArn, ruleArn }: BusDelivery, roleArn: string): string | undefined {
    const role = this.#roles.find(({ arn }) => arn === roleArn);
    if (role === undefined) return `The role ${roleArn} is not in the template.`;
    const { service, sourceAccount, ...source } = byRule(ruleArn);
    const call = { service, action: 'sts:AssumeRole', resource: roleArn, sourceAccount, ...source };
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
