import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionPlan } from '../plan.ts';

/**
 * A function as `GetFunctionConfiguration` describes it. Always `Active`: here, as in AWS, code that throws while it
 * loads is found at the first invocation.
 *
 * @param modifiedAtMs when this runtime took the function from the template
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 */
export function functionConfiguration(plan: FunctionPlan, modifiedAtMs: number): object {
  const { sizeBytes, sha256 } = codeOf(plan);
  const { deadLetterArn } = plan.asyncInvoke;
  return {
    FunctionName: plan.name,
    FunctionArn: plan.arn,
    Runtime: plan.runtime,
    Role: plan.roleArn,
    Handler: plan.handler,
    CodeSize: sizeBytes,
    CodeSha256: sha256,
    Description: plan.description,
    Timeout: plan.timeoutSeconds,
    MemorySize: plan.memoryMb,
    LastModified: new Date(modifiedAtMs).toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    Environment: { Variables: plan.environment },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: plan.architectures,
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: plan.logGroupName },
    ...(deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: deadLetterArn } }),
  };
}

interface Code {
  readonly sizeBytes: number;
  readonly sha256: string;
}

const measured = new WeakMap<FunctionPlan, Code>();

function codeOf(plan: FunctionPlan): Code {
  const code = measured.get(plan) ?? measure(plan.codeDir);
  measured.set(plan, code);
  return code;
}

/** Size and hash of the files, in the order of their names: the zip that AWS measures is not made here. */
function measure(folder: string): Code {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).toSorted()) {
    const file = join(folder, name);
    if (!statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    sizeBytes += bytes.length;
    hash.update(name).update(bytes);
  }
  return { sizeBytes, sha256: hash.digest('base64') };
}
