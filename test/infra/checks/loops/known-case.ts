import type { Stack } from 'aws-cdk-lib';
import {
  type CfnRole,
  Effect,
  Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
  type IRole,
} from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { allow } from '../../../../infra/allow.ts';
import type { Stores, ConsumerDefinition } from '../../../../infra/consumer-definition.ts';
import { consumer, IN, objects, type Built, type Case } from './pipeline-of.ts';

export const MACHINE = 'arn:aws:states:eu-west-1:111122223333:stateMachine:thumbnails';
export const ENV = { account: '111122223333', region: 'eu-west-1' };

/** A case, and the right answer: what its refusal says, or `no loop`. */
export interface KnownCase {
  readonly title: string;
  readonly answer: string;
  readonly of: Case;
  /** Refused, and no loop all the same: what the check does not look at. */
  readonly isFalseAlarm?: true;
}

export const loop = (title: string, answer: string, of: Case): KnownCase => ({ title, answer, of });
export const none = (title: string, of: Case): KnownCase => ({ title, answer: 'no loop', of });

export const puts = ({ ingestBucket }: Stores, keys = 'in/*') => [
  allow(['s3:PutObject'], objects(ingestBucket, keys)),
];
export const anywhere = (...actions: string[]) => [allow(actions, '*')];
export const deny = (actions: string[], resources: string[]) =>
  new PolicyStatement({ effect: Effect.DENY, actions, resources });

/** A role that may put objects under `in/`. */
export function writer({ stack, pipeline }: Built, service: string): Role {
  const role = new Role(stack, `Writer${service.split('.')[0]}`, {
    assumedBy: new ServicePrincipal(service),
  });
  role.addToPolicy(allow(['s3:PutObject'], objects(pipeline.ingestBucket, 'in/*')));
  return role;
}

export function functionWith(stack: Stack, id: string, role: IRole): Function {
  return new Function(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
    role,
  });
}

/** The consumer's role, as what is built later finds it. */
export const roleOf = ({ pipeline }: Built, n = 0) => pipeline.consumers[n]!.worker!.handler.role as Role;

/** Lets the consumer's role do this, by a policy of its own beside the role. */
export const lets = (built: Built, statements: readonly PolicyStatement[]) =>
  new Policy(built.stack, 'Beside', {
    roles: [Role.fromRoleName(built.stack, 'Named', roleOf(built).roleName)],
    statements: [...statements],
  });

/** A consumer of `in/` with nothing granted, and what is built around it. */
export const plain = (more: (built: Built) => void): Case => ({ consumers: [consumer('a', IN)], more });

/** Writes a property of the consumer's role into the template, as an aspect would. */
export function overridden(built: Built, property: string, value: unknown): void {
  (roleOf(built).node.defaultChild as CfnRole).addPropertyOverride(property, value);
}

/** A consumer of `in/` without a function. */
export function forwarder(
  target: NonNullable<ConsumerDefinition['target']>,
  endsAt?: string,
): ConsumerDefinition {
  const { handler: _, ...rest } = consumer('a', IN);
  return { ...rest, target, ...(endsAt !== undefined && { endsAt }) };
}
