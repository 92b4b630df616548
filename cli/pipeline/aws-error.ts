import { startCommand } from '../../shared/own-commands.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Deployment } from './deployment.ts';

/** Error names of services and of the SDK's credential chain: signing in again is the remedy. */
const CREDENTIALS = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'UnauthorizedSSOTokenError',
  'UnrecognizedClientException',
]);

const ACCESS_DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
  'UnauthorizedOperation',
  'Forbidden',
]);

/** Whether a service says that the caller may not. */
export const isAccessDenied = (error: unknown): boolean =>
  error instanceof Error && ACCESS_DENIED.has(error.name);

const THROTTLED = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'KmsThrottled',
  'OverLimit',
]);

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'TimeoutError',
]);

/**
 * An error of a service, or of the way to it, as a CliError that says what to do: throttled, access denied, no answer. An
 * error that is none of the known ones stays as it is.
 */
export function explainKnownError(error: unknown, deployment?: Deployment): unknown {
  if (error instanceof CliError || !(error instanceof Error)) return error;
  const { name, message } = error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const cliError = (exitCode: CliError['exitCode'], what: string, nextStep: string) =>
    new CliError(what, { exitCode, nextStep, cause: error });
  if (CREDENTIALS.has(name)) {
    return cliError(
      EXIT.noCredentials,
      `AWS does not take these credentials (${name}): ${message}`,
      'sign in again (aws sso login), or name another profile with --profile',
    );
  }
  if (name === 'ConfigError' || /region is missing/i.test(message)) {
    return cliError(EXIT.usage, 'no Region is set', 'say --region, or set AWS_REGION');
  }
  if (ACCESS_DENIED.has(name)) {
    return cliError(
      EXIT.failed,
      `access denied: ${message}`,
      'attach the policy that the stack’s output OperatorPolicyArn names (OperatorReadPolicyArn to look only, UploaderPolicyArn to put, DestroyerPolicyArn to empty, with a second factor); `sluice doctor` tries every permission of looking',
    );
  }
  if (THROTTLED.has(name)) {
    return cliError(
      EXIT.failed,
      `AWS asks for less (${name}): ${message}`,
      'wait a minute and run the same command again: what is done is not done twice',
    );
  }
  if (UNREACHABLE.has(name) || UNREACHABLE.has(code)) {
    return cliError(
      EXIT.notReachable,
      `no answer from ${deployment === undefined ? 'AWS' : (deployment.endpoint ?? `AWS in ${deployment.region}`)}: ${message || code}`,
      deployment?.kind === 'local'
        ? `is it still running? start it with \`${startCommand()}\``
        : 'check the network, --region and AWS_ENDPOINT_URL',
    );
  }
  return error;
}

/** As `explainKnownError`; an unknown answer of a service becomes a CliError too, with its name and message. */
export function explainError(error: unknown, deployment?: Deployment): unknown {
  const known = explainKnownError(error, deployment);
  if (known !== error || !(error instanceof Error) || !('$metadata' in error)) return known;
  return new CliError(`the service answered ${error.name}: ${error.message}`, {
    exitCode: EXIT.failed,
    nextStep:
      deployment?.kind === 'local'
        ? '`sluice status` and `sluice doctor` name what is wrong'
        : 'try again, and with -v for the whole error',
    cause: error,
  });
}
