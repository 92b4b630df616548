import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plan } from './plan.ts';
import { planResources } from './assembly/resources.ts';
import { identify } from './assembly/resource-identity.ts';
import { ResourceProperties } from './assembly/resource-properties.ts';
import { standInBuckets } from './assembly/stand-in-bucket.ts';
import { IntrinsicResolver, type TemplateResource } from './assembly/template.ts';
import { UnsupportedFeatureError } from './unsupported-feature-error.ts';

/** The cloud assembly is not there, or not whole. */
export class MissingAssemblyError extends Error {
  override readonly name = 'MissingAssemblyError';
}

export interface AssemblyOptions {
  /** The cloud assembly: `cdk.out`. */
  readonly directory: string;
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
}

interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

interface Manifest {
  readonly artifacts: Readonly<
    Record<string, { readonly type: string; readonly properties?: { readonly templateFile?: string } }>
  >;
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/**
 * Reads a cloud assembly of one stack into the plan of what has to exist on this machine.
 *
 * @throws MissingAssemblyError when there is none
 * @throws UnsupportedFeatureError naming the resource or property that cannot be honoured
 */
export function readAssembly(options: AssemblyOptions): Plan {
  const { directory, endpoint, region, accountId } = options;
  const { stackName, templateFile } = onlyStack(directory);
  const template = readJson<Template>(join(directory, templateFile));
  const resources = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type !== 'AWS::CDK::Metadata',
  );
  const place = { stackName, endpoint, region, accountId };
  const identities = new Map(
    resources.map(([logicalId, { Type, Properties }]) => [
      logicalId,
      identify(logicalId, Type, Properties ?? {}, place),
    ]),
  );
  const resolver = new IntrinsicResolver(identities, {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
  });
  const planned = planResources(
    resources.map(([logicalId, { Type, Properties, Condition }]) => {
      const where = `${Type} ${JSON.stringify(logicalId)}`;
      if (Condition !== undefined) {
        throw new UnsupportedFeatureError(`${where} Condition ${JSON.stringify(Condition)}`);
      }
      const properties = new ResourceProperties(
        where,
        resolver.resolve(Properties ?? {}) as Record<string, unknown>,
      );
      return { logicalId, type: Type, where, identity: identities.get(logicalId)!, properties };
    }),
    (objectKey) => assetFolder(directory, stackName, objectKey),
  );
  const outputs = Object.fromEntries(
    Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [
      name,
      String(resolver.resolve(Value)),
    ]),
  );
  const buckets = [...planned.buckets, ...standInBuckets(outputs, planned.buckets)];
  return { ...place, ...planned, buckets, outputs };
}

function onlyStack(directory: string): { stackName: string; templateFile: string } {
  const manifest = readJson<Manifest>(join(directory, 'manifest.json'));
  const stacks = Object.entries(manifest.artifacts).filter(
    ([, { type }]) => type === 'aws:cloudformation:stack',
  );
  const [first] = stacks;
  if (first === undefined || stacks.length > 1) {
    throw new UnsupportedFeatureError(
      `a cloud assembly of ${stacks.length} stacks (${stacks.map(([name]) => name).join(', ')})`,
      'synthesize one stage at a time',
    );
  }
  const [stackName, { properties }] = first;
  return { stackName, templateFile: properties?.templateFile ?? `${stackName}.template.json` };
}

/** The folder in the assembly that CloudFormation would find in the assets bucket under `objectKey`. */
function assetFolder(directory: string, stackName: string, objectKey: string): string {
  const { files } = readJson<AssetManifest>(join(directory, `${stackName}.assets.json`));
  const asset = Object.values(files).find(({ destinations }) =>
    Object.values(destinations).some((destination) => destination.objectKey === objectKey),
  );
  // a function's process has another working directory
  const folder = asset === undefined ? undefined : resolve(directory, asset.source.path);
  if (folder === undefined || !existsSync(folder)) {
    throw new MissingAssemblyError(
      `the cloud assembly ${directory} lacks the asset ${objectKey}; run: npm run synth`,
    );
  }
  return folder;
}

function readJson<T>(file: string): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new MissingAssemblyError(`there is no cloud assembly: ${file} cannot be read; run: npm run synth`, {
      cause,
    });
  }
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new MissingAssemblyError(
      `the cloud assembly is damaged: ${file}: ${(cause as Error).message}; run: npm run synth`,
      { cause },
    );
  }
}
