import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fieldsOf } from '../shared/checked-fields.ts';

/** A project whose cdk.json says no app that can be run. */
export class CdkJsonError extends Error {
  override readonly name = 'CdkJsonError';
}

/** What a project's cdk.json says of its app. */
export interface CdkJson {
  readonly file: string;
  /** What the shell runs: `node infra/app.ts` */
  readonly app: string;
  /** Its own context and that of cdk.context.json, where look-ups are kept. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Where the assembly goes, from the project's folder. @default cdk.out */
  readonly output: string;
}

/** @throws CdkJsonError naming the file, and what to do */
export function readCdkJson(projectDir: string): CdkJson {
  const file = join(projectDir, 'cdk.json');
  const fields = jsonOf(file);
  if (fields === undefined) {
    throw new CdkJsonError(
      `there is no ${file}; go to the folder of a CDK app, or make a small one with npx sluice init DIR`,
    );
  }
  const { app, context = {}, output = 'cdk.out' } = fields;
  if (typeof app !== 'string' || app.trim() === '') {
    throw new CdkJsonError(`${file} names no "app"; say there what runs it, such as "node infra/app.ts"`);
  }
  if (statSync(join(projectDir, app), { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new CdkJsonError(
      `the "app" of ${file} is a folder, ${app}; run that assembly as it is with --assembly ${app}`,
    );
  }
  if (typeof output !== 'string') {
    throw new CdkJsonError(
      `"output" of ${file} is ${JSON.stringify(output)}; name a folder there, such as "cdk.out"`,
    );
  }
  return {
    file,
    app,
    context: { ...record(context, `"context" of ${file}`), ...lookUpsOf(projectDir) },
    output,
  };
}

function lookUpsOf(projectDir: string): Readonly<Record<string, unknown>> {
  return jsonOf(join(projectDir, 'cdk.context.json')) ?? {};
}

/** Undefined where there is no such file. */
function jsonOf(file: string): Readonly<Record<string, unknown>> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CdkJsonError(`${file} cannot be read: ${message}; see to it that this user may read it`, {
      cause,
    });
  }
  try {
    return record(JSON.parse(text), file);
  } catch (cause) {
    if (cause instanceof CdkJsonError) throw cause;
    throw new CdkJsonError(`${file} is not JSON: ${(cause as Error).message}; mend it`, { cause });
  }
}

function record(value: unknown, file: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(value, file);
  } catch (cause) {
    throw new CdkJsonError(`${(cause as Error).message}; mend it`, { cause });
  }
}
