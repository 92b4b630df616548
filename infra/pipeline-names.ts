import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** The id that the CDK leaves out of logical ids, and we out of names. */
const UNNAMED = 'Default';

/** What tells the names of one pipeline from those of another in the same stack, account and Region. */
export interface PipelineNames {
  /** What its outputs begin with: `Uploads` of `UploadsIngestBucketName`. Empty for the pipeline with the id `Default`. */
  readonly outputPrefix: string;
  /** What its queues begin with, and the namespace of what its functions count: `Sluice-dev`, or `Files-Uploads`. */
  readonly scopeName: string;
}

/** @throws Error where no names can be made of the id, or of the stack's name */
export function pipelineNames(scope: Construct, id: string): PipelineNames {
  const { stackName } = Stack.of(scope);
  if (Token.isUnresolved(stackName)) {
    throw new Error(
      `pipeline ${id}: its stack gets its name when it is deployed, as a nested stack does, and its queues are named after the stack; put it in a stack of its own`,
    );
  }
  if (!/^[A-Z][A-Za-z0-9]*$/.test(id)) {
    throw new Error(
      `pipeline ${id}: the names of its outputs begin with its id, so that it must be in PascalCase; write it like Uploads`,
    );
  }
  return id === UNNAMED
    ? { outputPrefix: '', scopeName: stackName }
    : { outputPrefix: id, scopeName: `${stackName}-${id}` };
}
