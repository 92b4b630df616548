import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { RuntimeDescription } from '../../shared/control-api.ts';
import type { Credentials } from '../../shared/credentials.ts';
import { startCommand } from '../../shared/own-commands.ts';
import type { OperatorRole } from '../../shared/operator-roles.ts';
import { chosenPipeline } from './chosen-pipeline.ts';
import { explainKnownError } from './aws-error.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { LocalControl } from './local-control.ts';
import { refuseOtherHosts } from './loopback.ts';
import { Pipeline } from './pipeline.ts';

export interface ConnectionOptions {
  readonly target: 'local' | 'aws';
  /** In AWS, `Sluice-dev` when none is named; locally, a check that it is the one that runs. */
  readonly stack?: string;
  readonly profile?: string;
  readonly region?: string;
  /** Which one of a stack that has several. @default the only one, or `Default` */
  readonly pipeline?: string;
  /** The local runtime's data folder. @default .sluice */
  readonly dataDir?: string;
  /** Locally, whose keys the clients sign with. @default the user's of the machine */
  readonly as?: OperatorRole;
  /** Whether whoever is in that role has signed in with a second factor. @default false */
  readonly mfa?: boolean;
}

const DEFAULT_STACK = 'Sluice-dev';

/** A runtime that was not started with --private takes any. */
const ANY_CREDENTIALS: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A connection that is silent for so long is dead, whatever the service. A long poll is silent for two seconds. */
const ANSWER_WITHIN = { connectionTimeout: 20_000, socketTimeout: 120_000 };

/** @throws CliError `not reachable`, when nothing runs there, or the account has no such stack */
export async function connect(options: ConnectionOptions): Promise<Pipeline> {
  return options.target === 'local' ? await connectLocally(options) : await connectToAws(options);
}

async function connectLocally({
  dataDir = '.sluice',
  stack,
  pipeline: asked,
  as,
  mfa = false,
}: ConnectionOptions): Promise<Pipeline> {
  const description = await readDescription(dataDir);
  const { endpoint, region, account, stackName, outputs, controlToken } = description;
  if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(endpoint)) {
    throw new CliError(
      `the endpoint in ${join(dataDir, 'runtime.json')} is not of this machine: ${endpoint}`,
    );
  }
  if (stack !== undefined && stack !== stackName) {
    throw new CliError(`${stackName} runs from ${dataDir}, not ${stack}`, {
      exitCode: EXIT.notReachable,
      nextStep: `leave --stack out, or start the other one with \`${startCommand('--stage')}\``,
    });
  }
  const control = new LocalControl(endpoint, controlToken);
  try {
    await control.now();
  } catch (cause) {
    // also when another folder's runtime has taken the port: what it answers is not of this folder
    throw notRunning(dataDir, cause);
  }
  const chosen = chosenPipeline(outputs, stackName, asked);
  const pipeline = new Pipeline({
    deployment: {
      kind: 'local',
      account,
      region,
      stack: stackName,
      ...(chosen.id !== undefined && { pipeline: chosen.id }),
      endpoint,
    },
    outputs: chosen.outputs,
    client: {
      endpoint,
      region,
      credentials:
        as === undefined
          ? (description.credentials ?? ANY_CREDENTIALS)
          : roleCredentials(description, { role: as, pipeline: chosen.id ?? '', mfa }),
      requestHandler: ANSWER_WITHIN,
    },
    control,
  });
  await refuseOtherHosts(pipeline.clients);
  return pipeline;
}

/** @throws CliError where the stack has no policy for such a role, or one that the runtime cannot evaluate */
function roleCredentials(
  { roles = [], stackName }: RuntimeDescription,
  { role, pipeline, mfa }: { readonly role: OperatorRole; readonly pipeline: string; readonly mfa: boolean },
): Credentials {
  const found = roles.find((one) => one.role === role && one.pipeline === pipeline);
  if (found !== undefined) return mfa ? found.withMfa : found.credentials;
  throw new CliError(`${stackName} has no policies for the role ${role}`, {
    nextStep: `it was synthesized by an earlier version, or a policy cannot be evaluated here: what \`${startCommand()}\` prints says which`,
  });
}

async function readDescription(dataDir: string): Promise<RuntimeDescription> {
  let text: string;
  try {
    text = await readFile(join(dataDir, 'runtime.json'), 'utf8');
  } catch (cause) {
    throw notRunning(dataDir, cause);
  }
  try {
    return JSON.parse(text) as RuntimeDescription;
  } catch (cause) {
    throw new CliError(`${join(dataDir, 'runtime.json')} is damaged: ${(cause as Error).message}`, {
      exitCode: EXIT.notReachable,
      nextStep: `start the pipeline again with \`${startCommand()}\`: it writes the file again`,
      cause,
    });
  }
}

function notRunning(dataDir: string, cause: unknown): CliError {
  return new CliError(`no pipeline runs from ${dataDir}`, {
    exitCode: EXIT.notReachable,
    nextStep: `start one with \`${startCommand()}\`, name its folder with --data-dir, or say --target aws`,
    cause,
  });
}

async function connectToAws({
  stack = DEFAULT_STACK,
  pipeline: asked,
  profile,
  region,
}: ConnectionOptions): Promise<Pipeline> {
  const client = {
    // throttled calls are tried again, slower each time, before the operator hears of them
    maxAttempts: 8,
    requestHandler: ANSWER_WITHIN,
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
  };
  using sts = disposable(new STSClient(client));
  using cloudFormation = disposable(new CloudFormationClient(client));
  const endpoint = process.env['AWS_ENDPOINT_URL'];
  const refused = (cause: unknown): never => {
    throw endpoint === undefined || cause instanceof CliError || explainKnownError(cause) !== cause
      ? cause
      : notAws(endpoint, cause);
  };
  const { Account = '' } = await sts.send(new GetCallerIdentityCommand({})).catch(refused);
  const regionName = await cloudFormation.config.region();
  const outputs = await outputsOf(cloudFormation, stack, `${Account} ${regionName}`).catch(refused);
  const chosen = chosenPipeline(outputs, stack, asked);
  return new Pipeline({
    deployment: {
      kind: 'aws',
      account: Account,
      region: regionName,
      stack,
      ...(chosen.id !== undefined && { pipeline: chosen.id }),
      ...(endpoint !== undefined && { endpoint }),
    },
    outputs: chosen.outputs,
    client: { ...client, region: regionName },
  });
}

function notAws(endpoint: string, cause: unknown): CliError {
  return new CliError(
    `what answers at AWS_ENDPOINT_URL, ${endpoint}, is not AWS: ${(cause as Error).message}`,
    {
      exitCode: EXIT.notReachable,
      nextStep: 'unset AWS_ENDPOINT_URL; for the pipeline on this machine leave --target aws out',
      cause,
    },
  );
}

async function outputsOf(
  cloudFormation: CloudFormationClient,
  stack: string,
  where: string,
): Promise<Record<string, string>> {
  try {
    const { Stacks: [found] = [] } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    return Object.fromEntries(
      (found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  } catch (cause) {
    if (!(cause instanceof Error && /does not exist/.test(cause.message))) throw cause;
    throw new CliError(`there is no stack ${stack} in aws ${where}`, {
      exitCode: EXIT.notReachable,
      nextStep:
        'name it with --stack, look in another Region with --region, or deploy it with `npx aws-cdk deploy`',
      cause,
    });
  }
}

function disposable<Client extends { destroy(): void }>(client: Client): Client & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
