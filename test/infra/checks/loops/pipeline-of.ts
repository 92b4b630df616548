import { App, Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { AnyBucket } from '../../../../infra/any-bucket.ts';
import type { ConsumerDefinition, ConsumerPattern, Stores } from '../../../../infra/consumer-definition.ts';
import { ObjectPipeline, type ObjectPipelineProps } from '../../../../infra/object-pipeline.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// the templates are only looked at here; app.test.ts validates the project's
process.env['CDK_VALIDATION'] = 'false';

export type Keys = NonNullable<NonNullable<ConsumerPattern['detail']['object']>['key']>;

/** What a case adds to the stack around its pipeline, before (`of`) or after it is made. */
export interface Built {
  readonly stack: Stack;
  readonly pipeline: ObjectPipeline;
}

export interface Case {
  readonly consumers: readonly ConsumerDefinition[];
  readonly props?: (stack: Stack) => Partial<ObjectPipelineProps>;
  readonly more?: (built: Built) => void;
  readonly env?: { readonly account: string; readonly region: string };
}

export const IN: Keys = [{ prefix: 'in/' }];

/** A consumer that hears of objects created under these keys. */
export const consumer = (
  name: string,
  key: Keys,
  more: Partial<ConsumerDefinition> = {},
): ConsumerDefinition => ({
  name,
  pattern: { 'detail-type': ['Object Created'], detail: { object: { key } } },
  keeps: 'nothing',
  handler: 'functions/metadata-writer/handler.ts',
  ...more,
});

/** One consumer, `a`, of `in/`, with these statements in its role. */
export const granted = (
  grants: (stores: Stores, stack: Stack) => readonly PolicyStatement[],
  more: Partial<ConsumerDefinition> = {},
): Case => ({
  consumers: [
    consumer('a', IN, { grants: (stores) => grants(stores, Stack.of(stores.outputBucket)), ...more }),
  ],
});

/** Synthesizes the app of a case, as `cdk synth` does. @throws Error with what synth refuses */
function synthesizeCase({ consumers, props, more, env }: Case): void {
  const app = new App({
    context: { 'aws:cdk:bundling-stacks': [] },
    outdir: temporaryFolder(),
    analyticsReporting: false,
  });
  const stack = new Stack(app, 'Files', env === undefined ? {} : { env });
  const pipeline = new ObjectPipeline(stack, 'Default', {
    consumers: consumers.map((one) => () => one),
    ...props?.(stack),
  });
  more?.({ stack, pipeline });
  app.synth();
}

/** What synth refuses, without what the CDK puts around it; undefined where it refuses nothing. */
export function refusalOf(one: Case): string | undefined {
  try {
    synthesizeCase(one);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export const objects = (bucket: AnyBucket, keys: string): string => bucket.arnForObjects(keys);
