import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SYNTH_COMMAND } from '../../shared/own-commands.ts';
import type { RoutedTemplate } from '../../shared/routes/template-text.ts';
import { CliError, usageError } from '../cli-error.ts';

export interface SynthesizedStack {
  readonly name: string;
  /** The template's. */
  readonly file: string;
  readonly template: RoutedTemplate;
}

/** The stack of this name in a synthesized assembly; without a name the only one that holds a pipeline. @throws CliError */
export async function readStack(assemblyDir: string, name: string | undefined): Promise<SynthesizedStack> {
  const files = await stackFiles(assemblyDir);
  if (name !== undefined) {
    const file = files.get(name);
    if (file === undefined) {
      throw usageError(`${assemblyDir} holds no stack ${name}`, `one of ${[...files.keys()].join(', ')}`);
    }
    return { name, file, template: await readTemplate(file) };
  }
  const all = await Promise.all(
    [...files].map(async ([name, file]) => ({ name, file, template: await readTemplate(file) })),
  );
  const withPipelines = all.filter(({ template }) =>
    Object.keys(template.Outputs ?? {}).some((output) => output.endsWith('IngestBucketName')),
  );
  const [only, ...more] = withPipelines;
  if (only === undefined) {
    throw new CliError(`${assemblyDir} holds no stack with a pipeline`, {
      nextStep: 'name another folder with --assembly',
    });
  }
  if (more.length > 0) {
    throw usageError(
      `${assemblyDir} holds several stacks with a pipeline`,
      `name one with --stack: ${withPipelines.map(({ name }) => name).join(', ')}`,
    );
  }
  return only;
}

interface Manifest {
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly displayName?: string;
        readonly properties?: {
          readonly templateFile?: string;
          readonly stackName?: string;
          readonly directoryName?: string;
        };
      }
    >
  >;
}

/** Name of each stack → its template's file; those of the app's stages too, which lie in folders of their own. */
async function stackFiles(dir: string): Promise<ReadonlyMap<string, string>> {
  const { artifacts = {} } = await readJson<Manifest>(join(dir, 'manifest.json'));
  const files = new Map<string, string>();
  for (const [id, { type, properties = {} }] of Object.entries(artifacts)) {
    const { templateFile, stackName = id, directoryName } = properties;
    if (type === 'aws:cloudformation:stack' && templateFile !== undefined) {
      files.set(stackName, join(dir, templateFile));
    }
    if (type === 'cdk:cloud-assembly' && directoryName !== undefined) {
      for (const [name, file] of await stackFiles(join(dir, directoryName))) files.set(name, file);
    }
  }
  return files;
}

const readTemplate = (file: string): Promise<RoutedTemplate> => readJson<RoutedTemplate>(file);

async function readJson<Value>(file: string): Promise<Value> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Value;
  } catch (cause) {
    throw new CliError(`${file} cannot be read: ${(cause as Error).message}`, {
      nextStep: `synthesize it with \`${SYNTH_COMMAND}\`, or name its folder with --assembly`,
      cause,
    });
  }
}
