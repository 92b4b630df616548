import { parseTarget, type ConsumerTarget } from '../../shared/consumer-target.ts';
import { parseKeeps, type Keeps } from '../../shared/keeps.ts';
import { SYNTH_COMMAND } from '../../shared/own-commands.ts';
import { CliError } from '../cli-error.ts';
import { chosenPipeline } from '../pipeline/chosen-pipeline.ts';
import { readStack, type SynthesizedStack } from '../routes/assembly-template.ts';
import type { costDocument } from './cost-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import { EDGE_COUNTS } from '../../shared/edge-counts.ts';
import { referred, type OwnTemplate, type Resource } from './own-template.ts';
import { alarmsOf } from './template-alarms.ts';

type TemplateOfDocument = DocumentOf<typeof costDocument>['template'];

/** What the synthesized template says that costs depend on. */
export interface TemplateFacts extends Omit<TemplateOfDocument, 'consumers'> {
  readonly consumers: readonly ConsumerFacts[];
}

export interface ConsumerFacts extends Omit<TemplateOfDocument['consumers'][number], 'keeps'> {
  readonly keeps: Keeps;
}

/**
 * The costs of one pipeline in a synthesized app. What is the pipeline's own is found from its outputs, by reference, so that whatever
 * else the stack holds is not counted.
 *
 * @param asked the stack, where several hold a pipeline, and the pipeline, where the stack holds several
 * @throws CliError when nothing was synthesized there, or what is meant is not clear
 */
export async function readTemplate(
  assemblyDir: string,
  asked: { readonly stack?: string | undefined; readonly pipeline?: string | undefined } = {},
): Promise<TemplateFacts> {
  return factsOf(ownTemplate(await readStack(assemblyDir, asked.stack), asked.pipeline));
}

/** What of a stack's template is one pipeline's. @param pipeline its id, where the stack holds several */
export function ownTemplate(
  { name, file, template }: SynthesizedStack,
  pipeline: string | undefined,
): OwnTemplate {
  const { Resources: resources = {}, Outputs: all = {} } = template;
  const { outputs } = chosenPipeline(all, name, pipeline);
  return { resources, outputs, file };
}

/** What costs depend on, of this pipeline. */
export function factsOf(own: OwnTemplate): TemplateFacts {
  const archive = outputResource(own, 'EventArchiveName');
  const consumers = Object.keys(own.outputs).flatMap((output) => {
    const id = /^(.+)RuleName$/.exec(output)?.[1];
    // a rule of the app's own has no such queue
    const isConsumer = id !== undefined && own.outputs[`${id}RuleDeadLetterQueueUrl`] !== undefined;
    return isConsumer ? [consumerIn(own, id)] : [];
  });
  const ownLogged = new Set(consumers.flatMap(({ loggedCounts }) => loggedCounts.filter(isOwn)));
  const logs = consumers.flatMap(({ id }) => outputResource(own, `${id}LogGroupName`) ?? []);
  return {
    consumers,
    archiveDays: archive === undefined ? 0 : number(archive, 'RetentionDays'),
    logDays: Math.max(0, ...logs.map((log) => number(log, 'RetentionInDays'))),
    ownMetrics: Math.max(0, ASSUMPTIONS.ownMetrics - ownLogged.size),
    ...alarmsOf(own),
    dashboards: outputResource(own, 'DashboardName') === undefined ? 0 : 1,
  };
}

function consumerIn(own: OwnTemplate, id: string): ConsumerFacts {
  const { outputs, resources, file } = own;
  const target = outputs[`${id}Target`];
  const kind = target === undefined ? 'function' : targetIn(target.Value, `${id}Target`, file);
  const keeps = keepsIn(outputs[`${id}Keeps`]?.Value, id, file);
  if (kind !== 'function') {
    // somebody else drains its queue, or it has none
    return { id, target: kind, keeps, ...NO_FUNCTION };
  }
  const functionId = referred(outputs[`${id}FunctionName`]?.Value);
  const worker = functionId === undefined ? undefined : resources[functionId];
  const mapping = Object.values(resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventSourceMapping' && referred(Properties?.['FunctionName']) === functionId,
  );
  if (worker === undefined || mapping === undefined) {
    throw new CliError(`${file} has no function of ${id}, or nothing that brings its queue to it`, {
      nextStep: `synthesize it again with \`${SYNTH_COMMAND}\``,
    });
  }
  const actions = actionsOf(resources, referred(worker.Properties?.['Role']));
  return {
    id,
    keeps,
    readsObjects: actions.includes('s3:GetObject'),
    readsRows: actions.includes('dynamodb:GetItem'),
    batchSize: number(mapping, 'BatchSize'),
    windowSeconds: number(mapping, 'MaximumBatchingWindowInSeconds'),
    memoryMb: number(worker, 'MemorySize'),
    ...seenOf(worker),
  };
}

const NO_FUNCTION = {
  readsObjects: false,
  readsRows: false,
  batchSize: 0,
  windowSeconds: 0,
  memoryMb: 0,
  isTraced: false,
  loggedCounts: [],
  loggedSuccesses: 0,
};

/** What its variables and its configuration say of what is to be seen of it. */
function seenOf({
  Properties = {},
}: Resource): Pick<ConsumerFacts, 'isTraced' | 'loggedCounts' | 'loggedSuccesses'> {
  const { Variables = {} } = (Properties['Environment'] ?? {}) as {
    readonly Variables?: Readonly<Record<string, unknown>>;
  };
  const counts = Variables['LOGGED_COUNTS'];
  const { Mode } = (Properties['TracingConfig'] ?? {}) as { readonly Mode?: unknown };
  return {
    isTraced: Mode === 'Active',
    loggedCounts: typeof counts === 'string' ? counts.split(',') : [],
    loggedSuccesses: Number(Variables['LOGGED_SUCCESSES'] ?? 1),
  };
}

const isOwn = (name: string): boolean => !EDGE_COUNTS.some((one) => one === name);

const outputResource = ({ resources, outputs }: OwnTemplate, output: string): Resource | undefined =>
  resources[referred(outputs[output]?.Value) ?? ''];

/** @throws CliError when the output cannot be read */
function targetIn(value: unknown, output: string, file: string): ConsumerTarget['kind'] {
  const { 'Fn::Join': join } = (typeof value === 'object' && value !== null ? value : {}) as {
    readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
  };
  // the ARN of what the app makes is a reference in the midst of the text
  const parts = join === undefined ? [value] : join[1];
  try {
    return parseTarget(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')).kind;
  } catch (cause) {
    throw new CliError(`${file} has an output ${output} that names no target: ${(cause as Error).message}`, {
      nextStep: 'synthesize it again with this version, and name its folder with --assembly',
      cause,
    });
  }
}

/** @throws CliError when the template does not say */
function keepsIn(value: unknown, consumer: string, file: string): Keeps {
  if (value === undefined) {
    throw new CliError(
      `${file} has no output ${consumer}Keeps, which says what the consumer keeps: it was synthesized by version 0.1`,
      { nextStep: 'synthesize it again with this version, and name its folder with --assembly' },
    );
  }
  try {
    return parseKeeps(typeof value === 'string' ? value : JSON.stringify(value));
  } catch (cause) {
    throw new CliError(
      `${file} does not say what ${consumer} keeps (its output ${consumer}Keeps): ${(cause as Error).message}`,
      {
        nextStep: `synthesize it again with \`${SYNTH_COMMAND}\``,
        cause,
      },
    );
  }
}

/** What a role may do by policies of its own, and by those of the template that it names or that name it. */
function actionsOf(
  resources: Readonly<Record<string, Resource>>,
  roleId: string | undefined,
): readonly string[] {
  const { Policies = [], ManagedPolicyArns = [] } = (resources[roleId ?? '']?.Properties ?? {}) as {
    readonly Policies?: readonly Policy[];
    readonly ManagedPolicyArns?: readonly unknown[];
  };
  const named = new Set(ManagedPolicyArns.map(referred));
  const managed = Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    if (Type !== 'AWS::IAM::ManagedPolicy') return [];
    const { Roles = [], ...policy } = Properties as unknown as Policy & {
      readonly Roles?: readonly unknown[];
    };
    return named.has(id) || Roles.some((one) => referred(one) === roleId) ? [policy] : [];
  });
  return [...Policies, ...managed].flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.flatMap(({ Action }) => Action),
  );
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly { readonly Action: string | readonly string[] }[] };
}

const number = ({ Properties = {} }: Resource, name: string): number => Number(Properties[name] ?? 0);
