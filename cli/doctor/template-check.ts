import { glob, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startCommand, SYNTH_COMMAND } from '../../shared/own-commands.ts';
import { CdkJsonError, readCdkJson } from '../cdk-json.ts';
import { ok, warning, type Check } from '../status/check.ts';

const NAME = 'template';
const CHECKOUT = resolve(import.meta.dirname, '../..');

/** What the template of a checkout is made from; the other rooms are no part of it. */
const CHECKOUT_SOURCES = '{infra,functions,shared}/**/*.ts';
/** Another app may have its sources anywhere. */
const APP_SOURCES = '{cdk.json,**/*.{ts,mts,cts,js,mjs,cjs}}';
const NO_SOURCES = /^(node_modules$|cdk\.out|tests?$)/;

/**
 * Whether the synthesized template of an app is there, and younger than the app's sources. It goes by the files' times,
 * which a checkout changes too, so it says no more than a warning.
 *
 * @param projectDir where the app's cdk.json is, which says where the template goes
 */
export async function templateCheck(projectDir: string): Promise<Check> {
  let output: string;
  try {
    ({ output } = readCdkJson(projectDir));
  } catch (error) {
    if (!(error instanceof CdkJsonError)) throw error;
    return warning(NAME, `not looked at: ${error.message}`);
  }
  const synthesized = await stat(join(projectDir, output, 'manifest.json')).catch(() => undefined);
  if (synthesized === undefined) {
    return warning(NAME, 'not synthesized yet', `${startCommand()} does it, or ${SYNTH_COMMAND}`);
  }
  for await (const file of sourcesOf(projectDir, output)) {
    const { mtimeMs = 0 } = (await stat(join(projectDir, file)).catch(() => undefined)) ?? {};
    if (mtimeMs > synthesized.mtimeMs) {
      return warning(
        NAME,
        `${file} was changed after ${output} was synthesized`,
        `${startCommand()} synthesizes it again; before a deployment ${SYNTH_COMMAND}`,
      );
    }
  }
  return ok(NAME, `${output} of ${synthesized.mtime.toISOString()}`);
}

/** Paths in the project. */
async function* sourcesOf(projectDir: string, output: string): AsyncGenerator<string> {
  const pattern = resolve(projectDir) === CHECKOUT ? CHECKOUT_SOURCES : APP_SOURCES;
  const made = join(resolve(projectDir, output), '/');
  for await (const file of glob(pattern, { cwd: projectDir, exclude: (name) => NO_SOURCES.test(name) })) {
    if (!resolve(projectDir, file).startsWith(made)) yield file;
  }
}
