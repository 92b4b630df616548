import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ConsumerDefinition } from '../../../infra/consumer-definition.ts';
import { complete } from '../../../infra/consumer-kinds.ts';
import { consumers as list } from '../../../infra/consumers.ts';
import { PipelineStack } from '../../../infra/pipeline-stack.ts';
import { stageFromContext } from '../../../infra/stage.ts';
import { temporaryFolder } from './temporary-folder.ts';

// app.test.ts validates the template, once; here it would take nine tenths of the time
process.env['CDK_VALIDATION'] = 'false';

export interface Resource {
  readonly Type: string;
  // whatever CloudFormation takes there: tests look into it as they need
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
}

export interface PipelineTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

const DEV = stageFromContext(new App({ outdir: temporaryFolder() }).node);

/** The list of consumers, as the stage dev has it. */
export const CONSUMERS = list.map((entry) => complete(entry(DEV), DEV));

/** Those of them whose target is a function. */
export const WORKERS = CONSUMERS.filter(({ target }) => target === undefined);

/** Those that were there first: for tests that name all of them, and hold whatever is added. */
export const FIRST = ['metadata-writer', 'csv-row-counter', 'ledger-exporter'];

export const FIRST_ENTRIES = list.filter((entry) => FIRST.includes(entry(DEV).name));

export const onlyFirst = (all: readonly ConsumerDefinition[]): readonly ConsumerDefinition[] =>
  all.filter(({ name }) => FIRST.includes(name));

/** The template of the pipeline, or of one with other consumers. Its functions hold no code of ours, so that it does not change with theirs. */
export function synthesize(
  context: Readonly<Record<string, unknown>> = {},
  change: (consumers: readonly ConsumerDefinition[]) => readonly ConsumerDefinition[] = (same) => same,
): PipelineTemplate {
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    outdir: temporaryFolder(),
    analyticsReporting: false,
  });
  const stage = stageFromContext(app.node);
  const consumers = change(list.map((entry) => entry(stage)));
  const entries = consumers.map((definition) => () => definition);
  const stack = new PipelineStack(app, `Sluice-${stage.name}`, { stage, consumers: entries });
  return Template.fromStack(stack).toJSON() as PipelineTemplate;
}

export function resourcesOfType({ Resources }: PipelineTemplate, type: string): [string, Resource][] {
  return Object.entries(Resources).filter(([, resource]) => resource.Type === type);
}

/** A statement of a policy, as far as tests look into it. */
export interface RoleStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What a role may do by policies of its own, by those of the template that it names, and by those that name it. */
export function statementsOfRole(template: PipelineTemplate, role: Resource): RoleStatement[] {
  const { Properties } = role;
  const [roleId] = Object.entries(template.Resources).find(([, one]) => one === role) ?? [];
  const named = (Properties['ManagedPolicyArns'] ?? []) as readonly { readonly Ref?: string }[];
  const naming = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    resourcesOfType(template, type).filter(([, policy]) =>
      ((policy.Properties['Roles'] ?? []) as { Ref?: string }[]).some(({ Ref }) => Ref === roleId),
    ),
  );
  const documents = [
    ...((Properties['Policies'] ?? []) as readonly { readonly PolicyDocument: unknown }[]).map(
      ({ PolicyDocument }) => PolicyDocument,
    ),
    ...named.map(({ Ref }) => template.Resources[Ref ?? '']?.Properties['PolicyDocument']),
    ...naming.map(([, policy]) => policy.Properties['PolicyDocument']),
  ] as readonly { readonly Statement: readonly RoleStatement[] }[];
  return documents.flatMap(({ Statement }) => Statement);
}

/** The one resource of a type whose logical ID begins so. */
export function resource(template: PipelineTemplate, type: string, prefix: string): Resource {
  const [found, ...others] = resourcesOfType(template, type).filter(([id]) => id.startsWith(prefix));
  if (found === undefined || others.length > 0) {
    throw new Error(`not exactly one ${type} begins with ${prefix}`);
  }
  return found[1];
}
