import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';

/** What the synthesized template says that costs depend on. */
export interface TemplateFacts {
  readonly consumers: readonly ConsumerFacts[];
  /** 0 = for ever. */
  readonly archiveDays: number;
  readonly alarms: number;
  readonly dashboards: number;
}

export interface ConsumerFacts {
  /** `MetadataWriter` */
  readonly id: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly memoryMb: number;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** @throws CliError when nothing was synthesized there */
export async function readTemplate(assemblyDir: string, stack: string): Promise<TemplateFacts> {
  const file = join(assemblyDir, `${stack}.template.json`);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CliError(`there is no template ${file}`, {
      nextStep:
        'synthesize it with `npm run synth`, or name its folder with --assembly and its stack with --stack',
      cause,
    });
  }
  return templateFacts((JSON.parse(text) as { Resources: Readonly<Record<string, Resource>> }).Resources);
}

function templateFacts(resources: Readonly<Record<string, Resource>>): TemplateFacts {
  const entries = Object.entries(resources);
  const ofType = (type: string) => entries.filter(([, { Type }]) => Type === type);
  const number = ({ Properties = {} }: Resource, name: string): number => Number(Properties[name] ?? 0);
  const consumers = ofType('AWS::Lambda::EventSourceMapping').map(([id, mapping]): ConsumerFacts => {
    const target = (mapping.Properties?.['FunctionName'] as { Ref?: string } | undefined)?.Ref ?? '';
    return {
      // the logical id of the construct's mapping, with its hash
      id: id.replace(/Mapping[0-9A-F]{8}$/, ''),
      batchSize: number(mapping, 'BatchSize'),
      windowSeconds: number(mapping, 'MaximumBatchingWindowInSeconds'),
      memoryMb: number(resources[target] ?? mapping, 'MemorySize'),
    };
  });
  const [, archive] = ofType('AWS::Events::Archive')[0] ?? [];
  return {
    consumers,
    archiveDays: archive === undefined ? 0 : number(archive, 'RetentionDays'),
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
  };
}
