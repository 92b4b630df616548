import { createHash, randomBytes } from 'node:crypto';
import { devNull } from 'node:os';
import { dirname } from 'node:path';
import type { FunctionPlan } from '../plan.ts';
import { checkEndpoints } from './function-endpoint.ts';
import type { StartSecrets } from '../start-secrets.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';

export interface Surroundings {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  readonly region: string;
  /** What functions sign with. @default a secret that anybody knows, where signatures are not verified */
  readonly secrets?: StartSecrets | undefined;
}

/** The access key that a function's processes sign with; the gateway knows the role by it. */
export const accessKeyOf = (functionName: string): string =>
  `ASIA${createHash('sha256').update(functionName).digest('hex').slice(0, 16).toUpperCase()}`;

/**
 * Variables that Lambda sets itself. It refuses a function that would set one of the first group.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function functionVariables(
  plan: FunctionPlan,
  { endpoint, region, secrets }: Surroundings,
): Record<string, string> {
  const reserved = {
    _HANDLER: plan.handler,
    AWS_ACCESS_KEY_ID: accessKeyOf(plan.name),
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(plan.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: plan.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: plan.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: newLogStreamName(),
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: secrets?.ofFunction(plan.name) ?? 'local',
    AWS_SESSION_TOKEN: 'local',
    LAMBDA_RUNTIME_DIR: import.meta.dirname,
    LAMBDA_TASK_ROOT: plan.codeDir,
  };
  const taken = Object.keys(plan.environment).filter(
    (name) => Object.hasOwn(reserved, name) || RESERVED_ELSEWHERE.has(name),
  );
  if (taken.length > 0) {
    throw new UnsupportedFeatureError(
      `the environment of ${plan.name} with the reserved ${taken.join(', ')}, and AWS would refuse it`,
      'give the variable another name',
    );
  }
  checkEndpoints(plan);
  return {
    AWS_ENDPOINT_URL: endpoint,
    // the user's own profiles and keys are none of the function's business
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    LANG: 'en_US.UTF-8',
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    TZ: ':UTC',
    ...plan.environment,
    ...reserved,
  };
}

const RESERVED_ELSEWHERE = new Set(['_X_AMZN_TRACE_ID', 'AWS_LAMBDA_RUNTIME_API']);

/** `2026/11/20/[$LATEST]` and 32 hexadecimal digits. */
function newLogStreamName(): string {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${date}/[$LATEST]${randomBytes(16).toString('hex')}`;
}
