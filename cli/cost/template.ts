import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTarget, type ConsumerTarget } from '../../shared/consumer-target.ts';
import { parseKeeps, type Keeps } from '../../shared/keeps.ts';
import { SYNTH_COMMAND } from '../../shared/own-commands.ts';
import { CliError } from '../cli-error.ts';
import type { costDocument } from './cost-document.ts';
import type { DocumentOf } from '../terminal/document.ts';

type TemplateOfDocument = DocumentOf<typeof costDocument>['template'];

/** What the synthesized template says that costs depend on. */
export interface TemplateFacts extends Omit<TemplateOfDocument, 'consumers'> {
  readonly consumers: readonly ConsumerFacts[];
}

export interface ConsumerFacts extends Omit<TemplateOfDocument['consumers'][number], 'keeps'> {
  readonly keeps: Keeps;
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
      nextStep: `synthesize it with \`${SYNTH_COMMAND}\`, or name its folder with --assembly and its stack with --stack`,
      cause,
    });
  }
  return templateFacts(JSON.parse(text) as Template, file);
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value?: unknown }>>;
}

function templateFacts({ Resources: resources, Outputs: outputs }: Template, file: string): TemplateFacts {
  const entries = Object.entries(resources);
  const ofType = (type: string) => entries.filter(([, { Type }]) => Type === type);
  const consumers = ofType('AWS::Lambda::EventSourceMapping').map(([id, mapping]): ConsumerFacts => {
    const target = (mapping.Properties?.['FunctionName'] as { Ref?: string } | undefined)?.Ref ?? '';
    // the logical id of the construct's mapping, with its hash
    const consumer = id.replace(/Mapping[0-9A-F]{8}$/, '');
    const actions = actionsOf(
      ofType('AWS::IAM::Role').filter(([role]) => role.replace(/Role[0-9A-F]{8}$/, '') === consumer),
    );
    return {
      id: consumer,
      keeps: keepsIn(outputs[`${consumer}Keeps`]?.Value, consumer, file),
      readsObjects: actions.includes('s3:GetObject'),
      readsRows: actions.includes('dynamodb:GetItem'),
      batchSize: number(mapping, 'BatchSize'),
      windowSeconds: number(mapping, 'MaximumBatchingWindowInSeconds'),
      memoryMb: number(resources[target] ?? mapping, 'MemorySize'),
    };
  });
  const [, archive] = ofType('AWS::Events::Archive')[0] ?? [];
  return {
    consumers: [...consumers, ...sendingElsewhere(outputs, file)],
    archiveDays: archive === undefined ? 0 : number(archive, 'RetentionDays'),
    alarms: ofType('AWS::CloudWatch::Alarm').length,
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
  };
}

/** The consumers that have no function: their rules send to a queue that somebody else drains, a bus or a state machine. */
function sendingElsewhere(outputs: Template['Outputs'], file: string): readonly ConsumerFacts[] {
  return Object.entries(outputs).flatMap(([name, { Value: value }]) => {
    const [, id] = /^(.+)Target$/.exec(name) ?? [];
    // another output of the app may be called so
    if (id === undefined || outputs[`${id}RuleName`] === undefined) return [];
    const target = targetIn(value, name, file);
    if (target === 'function') return [];
    const keeps = keepsIn(outputs[`${id}Keeps`]?.Value, id, file);
    const none = { readsObjects: false, readsRows: false, batchSize: 0, windowSeconds: 0, memoryMb: 0 };
    return [{ id, target, keeps, ...none }];
  });
}

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

function actionsOf(roles: readonly (readonly [string, Resource])[]): readonly string[] {
  return roles.flatMap(([, { Properties = {} }]) =>
    (Properties['Policies'] as readonly Policy[]).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(({ Action }) => Action),
    ),
  );
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly { readonly Action: string | readonly string[] }[] };
}

const number = ({ Properties = {} }: Resource, name: string): number => Number(Properties[name] ?? 0);
