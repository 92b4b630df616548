import { explainKnownError } from './aws-error.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Deployment } from './deployment.ts';

/** What a service has answered to one question, or why it has not. */
export type Asked<Answer> =
  | { readonly answer: Answer }
  | {
      readonly problem: CliError;
      /** The thing asked about does not exist. */
      readonly isMissing: boolean;
    };

const MISSING = new Set([
  'ResourceNotFoundException',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'NoSuchBucket',
]);

/** Never rejects: one question that fails must not hide the answers of the others. */
export async function asked<Answer>(
  question: Promise<Answer>,
  deployment: Deployment,
): Promise<Asked<Answer>> {
  try {
    return { answer: await question };
  } catch (error) {
    return { problem: toCliError(error, deployment), isMissing: MISSING.has((error as Error).name) };
  }
}

export function answerOf<Answer>(one: Asked<Answer>): Answer | undefined {
  return 'answer' in one ? one.answer : undefined;
}

/** Any error as a CliError: explained where it is a known one, else with its own message. */
export function toCliError(error: unknown, deployment?: Deployment): CliError {
  const known = explainKnownError(error, deployment);
  return known instanceof CliError ? known : new CliError((error as Error).message, { cause: error });
}

/** @throws CliError when nothing at all was answered, for want of a connection or of credentials */
export function checkReached(all: readonly Asked<unknown>[]): void {
  const problems = all.flatMap((one) => ('problem' in one ? [one.problem] : []));
  const cut = problems.filter(
    ({ exitCode }) => exitCode === EXIT.notReachable || exitCode === EXIT.noCredentials,
  );
  if (cut[0] !== undefined && cut.length === all.length) throw cut[0];
}
