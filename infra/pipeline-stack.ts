import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { bucketsFromContext } from './bucket-context.ts';
import { ObjectPipeline, type ObjectPipelineProps } from './object-pipeline.ts';
import { stageFromContext } from './stage.ts';

export interface PipelineStackProps extends StackProps, ObjectPipelineProps {}

/**
 * A stack of one pipeline, whose outputs and queues have no more in their names than they need. Like `prod`, it cannot be deleted before
 * somebody switches its termination protection off.
 */
export class PipelineStack extends Stack {
  readonly pipeline: ObjectPipeline;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    const stage = props.stage ?? stageFromContext(scope.node);
    super(scope, id, {
      description: `Sluice (${stage.name}): routes every uploaded object to its consumers`,
      terminationProtection: stage.like === 'prod',
      ...props,
    });
    // an id that the CDK leaves out of logical ids: what the stack held before there was this construct keeps its own
    this.pipeline = new ObjectPipeline(this, 'Default', { ...bucketsFromContext(this), ...props, stage });
  }
}
