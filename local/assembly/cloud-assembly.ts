import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SYNTH_COMMAND } from '../../shared/own-commands.ts';
import type { Template } from './template.ts';

/** The cloud assembly is not there, or not whole. */
export class MissingAssemblyError extends Error {
  override readonly name = 'MissingAssemblyError';
}

/** Which of several stacks is meant has to be said. */
export class StackChoiceError extends Error {
  override readonly name = 'StackChoiceError';
}

/** One stack of a cloud assembly. */
export interface AssembledStack {
  /** `Prod/Uploads`, as the CDK shows it. */
  readonly displayName: string;
  readonly stackName: string;
  /** What its asset manifest is called after. */
  readonly artifactId: string;
  readonly directory: string;
  readonly template: Template;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    /** Where the assembly of a stage lies. */
    readonly directoryName?: string;
  };
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

/** Every stack of the assembly, those of its stages too. @throws MissingAssemblyError */
export function stacksOf(directory: string): readonly AssembledStack[] {
  const { artifacts = {} } = readJson<Manifest>(join(directory, 'manifest.json'));
  return Object.entries(artifacts).flatMap(([artifactId, { type, displayName, properties = {} }]) => {
    if (type === 'cdk:cloud-assembly') {
      return stacksOf(join(directory, properties.directoryName ?? artifactId));
    }
    if (type !== 'aws:cloudformation:stack') return [];
    const file = properties.templateFile ?? `${artifactId}.template.json`;
    return [
      {
        displayName: displayName ?? artifactId,
        stackName: properties.stackName ?? artifactId,
        artifactId,
        directory,
        template: readJson<Template>(join(directory, file)),
      },
    ];
  });
}

/**
 * The stack of that name, be it the CDK's or CloudFormation's; without a name the only one, or the only one with a pipeline.
 *
 * @throws StackChoiceError that lists them
 */
export function chosenStack(stacks: readonly AssembledStack[], name: string | undefined): AssembledStack {
  if (name !== undefined) {
    const [named, ...more] = stacks.filter(({ displayName, stackName, artifactId }) =>
      [displayName, stackName, artifactId].includes(name),
    );
    if (named !== undefined && more.length === 0) return named;
    throw new StackChoiceError(
      `the app has ${named === undefined ? 'no' : 'more than one'} stack ${JSON.stringify(name)}; ${listOf(stacks)}`,
    );
  }
  const candidates = stacks.length === 1 ? stacks : stacks.filter(({ template }) => hasPipeline(template));
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return only;
  throw new StackChoiceError(
    `the app has ${stacks.length} stacks, and ${candidates.length === 0 ? 'none' : candidates.length} of them with a pipeline (an output IngestBucketName); choose one with --stack NAME; ${listOf(stacks)}`,
  );
}

/** Whether a stack holds a pipeline: then it says the name of its bucket. */
export function hasPipeline({ Outputs = {} }: Template): boolean {
  return Object.keys(Outputs).some((output) => output.endsWith('IngestBucketName'));
}

function listOf(stacks: readonly AssembledStack[]): string {
  const names = stacks.map(({ displayName, template }) =>
    hasPipeline(template) ? `${displayName} (a pipeline)` : displayName,
  );
  return `there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ') || 'none'}`;
}

/** The folder in the assembly that CloudFormation would find in the assets bucket under `objectKey`. @throws MissingAssemblyError */
export function assetFolder({ directory, artifactId }: AssembledStack, objectKey: string): string {
  const { files } = readJson<AssetManifest>(join(directory, `${artifactId}.assets.json`));
  const asset = Object.values(files).find(({ destinations }) =>
    Object.values(destinations).some((destination) => destination.objectKey === objectKey),
  );
  // a function's process has another working directory
  const folder = asset === undefined ? undefined : resolve(directory, asset.source.path);
  if (folder === undefined || !existsSync(folder)) {
    throw new MissingAssemblyError(
      `the cloud assembly ${directory} lacks the asset ${objectKey}; run: ${SYNTH_COMMAND}`,
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
    throw new MissingAssemblyError(
      `there is no cloud assembly: ${file} cannot be read; run: ${SYNTH_COMMAND}`,
      {
        cause,
      },
    );
  }
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new MissingAssemblyError(
      `the cloud assembly is damaged: ${file}: ${(cause as Error).message}; run: ${SYNTH_COMMAND}`,
      { cause },
    );
  }
}
