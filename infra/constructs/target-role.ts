import { Aws } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { allow } from '../allow.ts';

export interface TargetRoleProps {
  /** `events:PutEvents` */
  readonly action: string;
  /** ARN of the one bus, or state machine, that it may do this to. */
  readonly on: string;
}

/**
 * What EventBridge does on behalf of one rule whose target has no policy of its own that could let the rule in.
 *
 * Of this account's rules, not of the one: a rule's ARN is in no condition of the role that the rule names, since neither could be
 * created first. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html
 */
export class TargetRole extends Role {
  constructor(scope: Construct, id: string, { action, on }: TargetRoleProps) {
    super(scope, id, {
      assumedBy: new ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.addManagedPolicy(
      new ManagedPolicy(this, 'Policy', {
        description: 'Where a rule of Sluice may send its events',
        statements: [allow([action], on)],
      }),
    );
  }
}
