import { AwsError } from '../protocols/aws-error.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** By name, or by any form of its ARN; only the unpublished version exists. @throws AwsError `ResourceNotFoundException` */
export function functionNamed(
  functions: ReadonlyMap<string, LambdaFunction>,
  nameOrArn: string,
  qualifier: string | null = null,
): LambdaFunction {
  const [, name, version] =
    /^(?:arn:[^:]+:lambda:[^:]*:\d*:function:|\d+:(?:function:)?)?([\w-]+)(?::(.+))?$/.exec(nameOrArn) ?? [];
  const lambda = name === undefined ? undefined : functions.get(name);
  if (lambda === undefined || ![undefined, '$LATEST'].includes(version ?? qualifier ?? undefined)) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: ${nameOrArn}${qualifier === null ? '' : `:${qualifier}`}`,
      404,
    );
  }
  return lambda;
}

/** As it stands in a path. @throws AwsError `ValidationException` */
export function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new AwsError('ValidationException', `the function name ${name} is not well encoded`);
  }
}
