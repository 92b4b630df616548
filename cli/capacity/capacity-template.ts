import type { DocumentOf } from '../terminal/document.ts';
import { pipelineIn } from '../../shared/routes/routes-in.ts';
import { referred, type OwnTemplate } from '../cost/own-template.ts';
import { factsOf, ownTemplate, type ConsumerFacts } from '../cost/template.ts';
import type { SynthesizedStack } from '../routes/assembly-template.ts';
import type { capacityDocument } from './capacity-document.ts';

type TemplateOfDocument = DocumentOf<typeof capacityDocument>['template'];

/** What a template says that the rate of a pipeline depends on. */
export interface CapacityFacts extends Omit<TemplateOfDocument, 'consumers'> {
  readonly consumers: readonly CapacityConsumer[];
}

export type CapacityConsumer = ConsumerFacts &
  Pick<TemplateOfDocument['consumers'][number], 'maximumConcurrency' | 'maxReceiveCount'>;

/**
 * @param pipeline its id, where the stack holds several
 * @throws CliError when the template does not say, or what is meant is not clear
 */
export function capacityFacts(stack: SynthesizedStack, pipeline: string | undefined): CapacityFacts {
  const own = ownTemplate(stack, pipeline);
  const { consumers } = factsOf(own);
  const { consumers: routed } = pipelineIn(stack.template, pipeline);
  return {
    consumers: consumers.map((consumer) => ({ ...consumer, ...limitsOf(own, consumer) })),
    hasArchive: own.outputs['EventArchiveName'] !== undefined,
    wildcardRules: routed.filter(({ pattern }) => pattern.includes('"wildcard"')).length,
  };
}

function limitsOf({ resources, outputs }: OwnTemplate, { id }: ConsumerFacts) {
  const functionId = referred(outputs[`${id}FunctionName`]?.Value);
  const mapping = Object.values(resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' &&
      functionId !== undefined &&
      referred(Properties?.['FunctionName']) === functionId,
  );
  const { MaximumConcurrency } = (mapping?.Properties?.['ScalingConfig'] ?? {}) as {
    readonly MaximumConcurrency?: number;
  };
  const { maxReceiveCount } = (resources[referred(outputs[`${id}QueueUrl`]?.Value) ?? '']?.Properties?.[
    'RedrivePolicy'
  ] ?? {}) as { readonly maxReceiveCount?: number };
  return {
    ...(MaximumConcurrency !== undefined && { maximumConcurrency: MaximumConcurrency }),
    ...(maxReceiveCount !== undefined && { maxReceiveCount }),
  };
}
