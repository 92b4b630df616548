import { CliError } from '../cli-error.ts';

/** The value of a stack's output. @throws CliError when the stack has no such output */
export function outputOf(outputs: Readonly<Record<string, string>>, name: string, stack: string): string {
  const value = outputs[name];
  if (value === undefined) {
    throw new CliError(`stack ${stack} has no output ${name}`, {
      nextStep:
        'it was deployed by another version of this project: deploy it again with `npx aws-cdk deploy`',
    });
  }
  return value;
}
