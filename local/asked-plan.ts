import type { OperatorRole } from '../shared/operator-roles.ts';
import type { PolicyStatement } from './iam/decision.ts';

/** Something that is in AWS alone, and whose policy is asked here. */
interface AskedPlan {
  readonly arn: string;
  readonly policy?: readonly PolicyStatement[];
  /** Why its policy is not asked: what of it cannot be evaluated here. */
  readonly unasked?: string;
}

/** A key of KMS, with which nothing is encrypted: its policy says who may use it. */
export interface KeyPlan extends AskedPlan {
  /** `["alias/uploads"]` */
  readonly aliases: readonly string[];
}

/** A topic, whose messages are recorded: its policy says which services may publish to it. */
export interface TopicPlan extends AskedPlan {
  /** The key of KMS that the template names. @default none, or one that AWS alone knows */
  readonly keyId?: string;
}

/** What the policies say that somebody is given in AWS. Nothing of the template has them. */
export interface OperatorRolePlan {
  readonly role: OperatorRole;
  /** What the names of its pipeline's outputs begin with: `Uploads`, or nothing for the one with the id `Default`. */
  readonly pipeline: string;
  readonly statements: readonly PolicyStatement[];
}
