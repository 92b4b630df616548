import { ManagedPolicy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { encryptedQueue, keyGrants } from '../key-grants.ts';
import { encryptedStores } from '../stores.ts';
import { destroyerStatements } from './destroyer-statements.ts';
import type { OperatedPipeline } from './operated-pipeline.ts';
import { operatorStatements } from './operator-statements.ts';
import { readerStatements } from './reader-statements.ts';
import { uploaderStatements } from './uploader-statements.ts';

/**
 * What the command line needs, for each role of the people around a pipeline: to upload, to look, to act day by day, to destroy.
 * Attached to nobody. Acting does not include looking, so that an operator has both of these.
 *
 * IAM cannot change a description: CloudFormation would make the policy anew, and could not delete the one before, which somebody's role
 * has. So the words of the first two stay as they are, though `empty` is the destroyer's.
 */
export class OperatorPolicies extends Construct {
  readonly upload: ManagedPolicy;
  readonly read: ManagedPolicy;
  readonly act: ManagedPolicy;
  readonly destroy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: OperatedPipeline) {
    super(scope, id);
    const { scopeName } = props.names;
    const policy = (name: string, description: string, statements: PolicyStatement[]) =>
      new ManagedPolicy(this, name, { description, statements: withKeys(statements, props) });
    this.read = policy(
      'Read',
      `Look at ${scopeName}: status, ls, verify, dead list, logs, replay list, doctor`,
      readerStatements(this, props),
    );
    this.act = policy(
      'Act',
      `Operate ${scopeName}: put, rm, pause, resume, replay, redrive, purge, backfill, repair, empty`,
      operatorStatements(this, props),
    );
    this.upload = policy(
      'Upload',
      `Upload to ${scopeName}: put, ls and status of what was put`,
      uploaderStatements(this, props),
    );
    this.destroy = policy(
      'Destroy',
      `Empty ${scopeName} for good, with a second factor`,
      destroyerStatements(this, props),
    );
  }
}

/** What KMS encrypts is of no use without its key. */
function withKeys(statements: PolicyStatement[], { stores, consumers }: OperatedPipeline): PolicyStatement[] {
  const queues = consumers.flatMap(({ queues }) => queues.all);
  return [
    ...statements,
    ...keyGrants(statements, [...encryptedStores(stores), ...queues.map(encryptedQueue)]),
  ];
}
