import type { ResourceProperties } from './resource-properties.ts';
import type { ResourceIdentity } from './template.ts';

export interface ResolvedResource {
  readonly logicalId: string;
  readonly type: string;
  /** For errors: `AWS::SQS::Queue "Dlq"`. */
  readonly where: string;
  readonly identity: ResourceIdentity;
  readonly properties: ResourceProperties;
}
