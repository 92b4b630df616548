import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { appVariables, SynthError, synthesizeIfStale, type Sources, type SynthOptions } from './synth.ts';

/** What the template of a checkout is made from. */
export const OWN_SOURCES: Sources = {
  folders: ['infra', 'functions', 'shared'],
  files: ['cdk.json', 'package-lock.json'],
};

type OwnOptions = Omit<SynthOptions, 'sources'>;

/** Makes sure that the assembly of a checkout is what its sources now say. @throws SynthError */
export async function synthesizeOwn(options: OwnOptions): Promise<boolean> {
  return await synthesizeIfStale({ ...options, sources: OWN_SOURCES }, async (directory) =>
    runOwnApp(options, directory),
  );
}

/** Runs `infra/app.ts` in a process of its own. @throws SynthError with what it printed */
export async function runOwnApp(
  { projectDir, context, ...told }: OwnOptions,
  directory: string,
): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ['infra/app.ts'], {
      cwd: projectDir,
      env: { ...appVariables(context, told), CDK_OUTDIR: directory },
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const { stderr, message } = cause as { stderr?: string; message: string };
    // what it refuses of the context says all there is to say; of any other error where it comes from helps
    const refused = /^Error: (context [\s\S]*?)\n {4}at /m.exec(stderr ?? '')?.[1];
    throw new SynthError(refused ?? `infra/app.ts failed: ${stderr?.trim() || message}`, { cause });
  }
}
