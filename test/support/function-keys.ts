import { readFileSync } from 'node:fs';
import type { Credentials } from '../../shared/credentials.ts';
import { processTree } from './listening-sockets.ts';

/** What a function's process signs with. */
export interface FunctionKey extends Credentials {
  readonly functionName: string;
}

/** What the functions of a runtime sign with, as the user whose processes they are can see. One for each process. */
export function keysOfFunctions(rootPid: number): readonly FunctionKey[] {
  return processTree(rootPid).flatMap((pid) => {
    const variables = new Map(
      textOf(`/proc/${pid}/environ`)
        .split('\0')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const [functionName, accessKeyId, secretAccessKey] = [
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
    ].map((name) => variables.get(name));
    const isFunction = variables.has('AWS_LAMBDA_RUNTIME_API');
    return isFunction &&
      functionName !== undefined &&
      accessKeyId !== undefined &&
      secretAccessKey !== undefined
      ? [{ functionName, accessKeyId, secretAccessKey }]
      : [];
  });
}

/** Any user of the machine can see these. */
export const commandLines = (rootPid: number): string[] =>
  processTree(rootPid).map((pid) => textOf(`/proc/${pid}/cmdline`));

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // it has ended meanwhile
    return '';
  }
}
