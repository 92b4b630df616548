import type { IConstruct } from 'constructs';

/** A finding of rule packs that is left as it is, and why. */
export interface Acknowledgement {
  /** The one construct that is meant. */
  readonly on: IConstruct;
  /** The same rule, as each pack that has it names it: `HIPAA.Security-S3BucketReplicationEnabled` */
  readonly rules: readonly string[];
  readonly reason: string;
}

/** What the packs of cdk-nag put before the names of their rules. */
export const HIPAA = 'HIPAA.Security';
export const NIST_R4 = 'NIST.800.53.R4';
export const NIST_R5 = 'NIST.800.53.R5';
export const PCI = 'PCI.DSS.321';

/** A rule that several packs of cdk-nag have: `HIPAA.Security-SNSEncryptedKMS`, `PCI.DSS.321-SNSEncryptedKMS` */
export const inPacks = (rule: string, ...packs: readonly string[]): string[] =>
  packs.map((pack) => `${pack}-${rule}`);

/** A proactive control of Control Tower, as the CDK names it. */
export const control = (rule: string): string => `cdk-validator-cfnguard::${rule}`;
