import { awsManagedPolicy } from './aws-managed-policies.ts';
import { resourcePolicyAllows } from '../iam.ts';
import type { PolicyStatement } from '../iam/decision.ts';
import type { EventSourceMappingPlan, FunctionPlan } from '../plan.ts';
import { UnsupportedFeatureError } from '../unsupported-feature-error.ts';
import { checkNetwork } from './function-network.ts';
import type { FunctionPermission } from './function-permissions.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { evaluatedStatements } from './resource-properties.ts';

interface RolePolicy {
  /** A managed policy's own, by which a role names it. */
  readonly arn?: string;
  readonly roleNames: readonly string[];
  readonly statements: readonly PolicyStatement[];
}

export interface RolePlan {
  readonly name: string;
  readonly statements: readonly PolicyStatement[];
  /** Who may take it on. Of a role that no function has, nobody asks. */
  readonly trust: () => readonly PolicyStatement[];
}

export function rolePolicy({ where, properties }: ResolvedResource): RolePolicy {
  properties.passOver('PolicyName');
  return {
    roleNames: properties.required('Roles'),
    statements: evaluatedStatements(where, properties.required('PolicyDocument')),
  };
}

/** A managed policy counts where it is attached: by its own `Roles`, or by a role that names it. */
export function managedPolicy({ where, identity, properties }: ResolvedResource): RolePolicy {
  properties.passOver('ManagedPolicyName', 'Description', 'Path');
  for (const name of ['Users', 'Groups']) {
    if ((properties.optional<readonly unknown[]>(name) ?? []).length > 0) properties.refuse(name);
  }
  const document = properties.required('PolicyDocument');
  return {
    arn: identity.ref,
    roleNames: properties.optional('Roles') ?? [],
    // one that no role has is for whoever is not of this machine: it may say anything
    get statements() {
      return evaluatedStatements(where, document);
    },
  };
}

export function planRole(
  { where, identity, properties }: ResolvedResource,
  policies: readonly RolePolicy[],
): [arn: string, RolePlan] {
  properties.passOver('RoleName', 'Description', 'MaxSessionDuration', 'Tags');
  const trusted = properties.required('AssumeRolePolicyDocument');
  const named = properties.optional<readonly string[]>('ManagedPolicyArns') ?? [];
  // another stack's are not in the template, and most of AWS's own are known to AWS alone
  if (
    named.some((arn) => awsManagedPolicy(arn) === undefined && !policies.some((policy) => policy.arn === arn))
  ) {
    properties.refuse('ManagedPolicyArns');
  }
  const inline = properties.list('Policies').flatMap((policy) => {
    policy.passOver('PolicyName');
    const statements = evaluatedStatements(where, policy.required('PolicyDocument'));
    policy.finish();
    return statements;
  });
  const attached = policies.filter(
    ({ arn, roleNames }) => roleNames.includes(identity.ref) || (arn !== undefined && named.includes(arn)),
  );
  const ofAws = named.flatMap((arn) => awsManagedPolicy(arn) ?? []);
  const statements = [...inline, ...ofAws, ...attached.flatMap((policy) => policy.statements)];
  const trust = () => evaluatedStatements(`${where} AssumeRolePolicyDocument`, trusted);
  return [identity.attributes['Arn']!, { name: identity.ref, statements, trust }];
}

/** @throws UnsupportedFeatureError where AWS would say that Lambda cannot assume the role */
function checkTrust(where: string, { name, trust }: RolePlan, functionArn: string): void {
  const [, , , , sourceAccount = ''] = functionArn.split(':');
  const call = { action: 'sts:AssumeRole', resource: name, sourceArn: functionArn, sourceAccount };
  if (resourcePolicyAllows(trust(), { service: 'lambda.amazonaws.com', ...call })) return;
  throw new UnsupportedFeatureError(
    `${where} with the role ${name}, which Lambda may not assume`,
    'let its AssumeRolePolicyDocument allow sts:AssumeRole to lambda.amazonaws.com',
  );
}

interface InvokeConfig {
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onFailureArn?: string;
}

export function invokeConfig({ properties }: ResolvedResource): [functionName: string, InvokeConfig] {
  if ((properties.optional<string>('Qualifier') ?? '$LATEST') !== '$LATEST') properties.refuse('Qualifier');
  const destinations = properties.nested('DestinationConfig');
  const onFailure = destinations.nested('OnFailure');
  const onFailureArn = onFailure.optional<string>('Destination');
  for (const part of [onFailure, destinations]) part.finish();
  return [
    properties.required('FunctionName'),
    {
      maximumRetryAttempts: properties.number('MaximumRetryAttempts', 2),
      maximumEventAgeSeconds: properties.number('MaximumEventAgeInSeconds', 21_600),
      ...(onFailureArn !== undefined && { onFailureArn }),
    },
  ];
}

/** What other resources of the template say of functions. */
export interface AboutFunctions {
  readonly invokeConfigs: ReadonlyMap<string, InvokeConfig>;
  readonly permissions: readonly FunctionPermission[];
}

export function planFunction(
  { where, identity, properties }: ResolvedResource,
  roles: ReadonlyMap<string, RolePlan>,
  { invokeConfigs, permissions }: AboutFunctions,
  assetFolder: (objectKey: string) => string,
): FunctionPlan {
  properties.passOver('FunctionName', 'TracingConfig', 'EphemeralStorage', 'Tags');
  properties.passOver('RecursiveLoop', 'KmsKeyArn', 'CodeSigningConfigArn');
  const runtime = properties.required<string>('Runtime');
  if (!runtime.startsWith('nodejs')) properties.refuse('Runtime');
  const code = properties.nested('Code');
  code.passOver('S3Bucket');
  const codeDir = assetFolder(code.required('S3Key'));
  const logging = properties.nested('LoggingConfig');
  // lines are kept as the function writes them; Lambda's own JSON around them is not rehearsed
  if ((logging.optional('LogFormat') ?? 'Text') !== 'Text') logging.refuse('LogFormat');
  const environment = properties.nested('Environment');
  const roleArn = properties.required<string>('Role');
  const role = roles.get(roleArn);
  if (role === undefined) {
    throw new UnsupportedFeatureError(`${where} with a role from outside the template: ${roleArn}`);
  }
  checkTrust(where, role, identity.attributes['Arn']!);
  checkNetwork(where, properties, role);
  const deadLetter = properties.nested('DeadLetterConfig');
  const deadLetterArn = deadLetter.optional<string>('TargetArn');
  const reservedConcurrency = properties.optional<number>('ReservedConcurrentExecutions');
  const names = [identity.ref, identity.attributes['Arn']!];
  const allowed = permissions.filter(({ functionName }) => names.includes(functionName));
  const plan: FunctionPlan = {
    name: identity.ref,
    arn: identity.attributes['Arn']!,
    description: properties.optional('Description') ?? '',
    runtime,
    architectures: properties.optional('Architectures') ?? ['x86_64'],
    handler: properties.required('Handler'),
    codeDir,
    timeoutSeconds: properties.number('Timeout', 3),
    memoryMb: properties.number('MemorySize', 128),
    environment: environment.optional('Variables') ?? {},
    roleName: role.name,
    roleArn,
    statements: role.statements,
    ...(allowed.length > 0 && { permissions: allowed.map(({ statement }) => statement) }),
    logGroupName: logging.optional('LogGroup') ?? `/aws/lambda/${identity.ref}`,
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    asyncInvoke: {
      ...(invokeConfigs.get(identity.ref) ?? { maximumRetryAttempts: 2, maximumEventAgeSeconds: 21_600 }),
      ...(deadLetterArn !== undefined && { deadLetterArn }),
    },
  };
  for (const part of [code, logging, environment, deadLetter]) part.finish();
  return plan;
}

export function planMapping({ identity, properties }: ResolvedResource): EventSourceMappingPlan {
  const scaling = properties.nested('ScalingConfig');
  const maximumConcurrency = scaling.optional<number>('MaximumConcurrency');
  scaling.finish();
  properties.passOver('Tags');
  return {
    uuid: identity.ref,
    functionName: properties.required('FunctionName'),
    queueArn: properties.required('EventSourceArn'),
    batchSize: properties.number('BatchSize', 10),
    maximumBatchingWindowSeconds: properties.number('MaximumBatchingWindowInSeconds', 0),
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
    reportBatchItemFailures: (properties.optional<readonly string[]>('FunctionResponseTypes') ?? []).includes(
      'ReportBatchItemFailures',
    ),
    enabled: String(properties.optional('Enabled') ?? true) === 'true',
  };
}
