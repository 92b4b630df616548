import type { envDocument } from './env-document.ts';
import type { DocumentOf } from '../terminal/document.ts';
import { Option, type Command } from 'commander';
import { OPERATOR_ROLE_NAMES, type OperatorRole } from '../../shared/operator-roles.ts';
import { usageError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Consumer } from '../pipeline/consumer.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { withTarget, type CommonFlags, type Scope, type Session } from '../session.ts';
import { SHELLS, shellLines, type Shell, type ShellVariables } from './shell-variables.ts';

interface EnvFlags extends CommonFlags {
  readonly shell: Shell;
  readonly as?: OperatorRole;
  readonly mfa?: boolean;
}

const HELP = `
For the AWS CLI, boto3, any SDK, and scripts: endpoint, Region and credentials of the pipeline on this machine, or Region
and profile of the one in AWS, the names of its buckets and tables, and the URL of each queue that no function of the
stack drains. Whatever the shell has set that would win over them is unset.

AWS CLIs before 1.29 and 2.13 and boto3 before 1.28 (Debian 12 has such) do not read AWS_ENDPOINT_URL, and would call AWS:
give them the endpoint themselves, as in the last example.

  eval "$(npx sluice env)"
  aws s3 cp orders.csv "s3://$SLUICE_BUCKET/csv/orders.csv"
  aws dynamodb scan --table-name "$SLUICE_PROCESSED_FILES_TABLE"

With --as: keys of this start for somebody whom the stack's policies were given in AWS, and SLUICE_TARGET=aws, so that sluice itself
signs with them: it may do here what it may do there. A destroyer without --mfa may do nothing.

  (eval "$(npx sluice env --as uploader)"; npx sluice put orders.csv csv/)

  sluice env --shell fish | source
  sluice env --shell powershell | Out-String | Invoke-Expression
  sluice env --json | jq -r .set.SLUICE_BUCKET
  aws --endpoint-url "$AWS_ENDPOINT_URL" s3 ls`;

export function defineEnv(command: Command, session: Session): void {
  command
    .addOption(new Option('--shell <shell>', 'shell to write for').choices(SHELLS).default('sh'))
    .addOption(
      new Option('--as <role>', 'on this machine: as somebody in this role').choices(OPERATOR_ROLE_NAMES),
    )
    .option('--mfa', 'with --as: signed in with a second factor')
    .addHelpText('after', HELP);
  withTarget(command).action(async (flags: EnvFlags) => {
    if (flags.mfa === true && flags.as === undefined) {
      throw usageError('--mfa is of somebody in a role', 'say which with --as, or leave it out');
    }
    if (flags.as !== undefined && flags.target === 'aws') {
      throw usageError(
        '--as gives keys of a pipeline on this machine',
        'in AWS attach the policies of the role, which docs/operations.md names; SLUICE_TARGET may be set: --target local',
      );
    }
    await session.run(flags, async (scope) => await env(scope, flags));
  });
}

async function env({ pipeline, terminal }: Scope, flags: EnvFlags): Promise<ExitCode> {
  const variables = await variablesOf(pipeline, flags);
  if (terminal.isJson) {
    terminal.document<DocumentOf<typeof envDocument>>({
      verb: 'env',
      target: pipeline.deployment,
      ...variables,
    });
  } else for (const line of shellLines(variables, flags.shell)) terminal.line(line);
  return EXIT.done;
}

async function variablesOf(pipeline: Pipeline, { profile, as }: EnvFlags): Promise<ShellVariables> {
  const { deployment, ingestBucket, outputBucket, tableNames, consumers } = pipeline;
  const { region, endpoint } = deployment;
  const isLocal = deployment.kind === 'local';
  const set = {
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
    // boto3 and version 1 of the AWS CLI read only the second
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(isLocal && (await credentialsOf(pipeline))),
    ...(profile !== undefined && { AWS_PROFILE: profile }),
    ...(as !== undefined && {
      SLUICE_TARGET: 'aws',
      SLUICE_STACK: deployment.stack,
      ...(deployment.pipeline !== undefined && { SLUICE_PIPELINE: deployment.pipeline }),
    }),
    SLUICE_BUCKET: ingestBucket,
    SLUICE_OUTPUT_BUCKET: outputBucket,
    ...Object.fromEntries([...tableNames].map(([output, name]) => [variableOf(output), name])),
    ...Object.fromEntries(consumers.flatMap(queueVariable)),
  };
  const unset = isLocal ? ['AWS_PROFILE', 'AWS_SESSION_TOKEN'] : ['AWS_ENDPOINT_URL'];
  return { set, unset: unset.filter((name) => !(name in set)) };
}

/** What clients of the pipeline on this machine sign with; its secret is one, where it was started with --private. */
async function credentialsOf({ s3 }: Pipeline): Promise<ShellVariables['set']> {
  const { accessKeyId, secretAccessKey } = await s3.config.credentials();
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

/** Queue that somebody else drains, who needs its URL: `SLUICE_JOBS_QUEUE_URL`. Nothing for those that a function drains. */
const queueVariable = (consumer: Consumer): readonly (readonly [string, string])[] =>
  consumer.kind === 'queue' ? [[variableOf(`${consumer.id}QueueUrl`), consumer.queueUrl]] : [];

/** `UploadMetadataTableName` → `SLUICE_UPLOAD_METADATA_TABLE`, `JobsQueueUrl` → `SLUICE_JOBS_QUEUE_URL` */
const variableOf = (output: string): string =>
  `SLUICE${output.replace(/Name$/, '').replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
