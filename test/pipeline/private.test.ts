import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RuntimeDescription } from '../../shared/control-api.ts';
import { callConsole, consoleOf } from '../support/console-call.ts';
import { commandLines, keysOfFunctions } from '../support/function-keys.ts';
import { listeningSocketsOf } from '../support/listening-sockets.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluice } from '../support/sluice.ts';
import { waitFor } from '../support/wait-for.ts';

type Client = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
};

/** One harmless call of each service that the gateway has. */
const CALLS: readonly (readonly [
  service: string,
  code: string,
  call: (client: Client) => Promise<unknown>,
])[] = [
  [
    'S3',
    'SignatureDoesNotMatch',
    (client) => new S3Client({ ...client, forcePathStyle: true }).send(new ListBucketsCommand()),
  ],
  ['SQS', 'InvalidSignatureException', (client) => new SQSClient(client).send(new ListQueuesCommand())],
  [
    'EventBridge',
    'InvalidSignatureException',
    (client) => new EventBridgeClient(client).send(new ListRulesCommand()),
  ],
  [
    'DynamoDB',
    'InvalidSignatureException',
    (client) => new DynamoDBClient(client).send(new ListTablesCommand()),
  ],
  [
    'Lambda',
    'InvalidSignatureException',
    (client) => new LambdaClient(client).send(new ListFunctionsCommand()),
  ],
  [
    'CloudWatch Logs',
    'InvalidSignatureException',
    (client) => new CloudWatchLogsClient(client).send(new DescribeLogGroupsCommand()),
  ],
  [
    'Step Functions',
    'InvalidSignatureException',
    (client) =>
      new SFNClient(client).send(
        new StartExecutionCommand({
          stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:big',
        }),
      ),
  ],
  ['STS', 'SignatureDoesNotMatch', (client) => new STSClient(client).send(new GetCallerIdentityCommand())],
  [
    'CloudFormation',
    'SignatureDoesNotMatch',
    (client) => new CloudFormationClient(client).send(new DescribeStacksCommand()),
  ],
];

describe('npm start -- --private', () => {
  let pipeline: PipelineUnderTest;
  let client: Client;
  beforeAll(async () => {
    pipeline = await PipelineUnderTest.start({ more: ['--private', '--console-port', '0'] });
    const { endpoint, credentials } = pipeline;
    client = { endpoint, region: 'us-east-1', credentials: { ...credentials }, maxAttempts: 1 };
  });
  afterAll(() => pipeline?.[Symbol.asyncDispose]());

  test.each(CALLS)('%s lets in who has the secret, and nobody else (%s)', async (_, code, call) => {
    const { accessKeyId, secretAccessKey } = client.credentials;
    const wrong = { ...client, credentials: { accessKeyId, secretAccessKey: `${secretAccessKey}x` } };
    const unknown = { ...client, credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey } };

    await expect(call(client)).resolves.toBeDefined();
    await expect(call(wrong)).rejects.toMatchObject({ name: code });
    await expect(call(unknown)).rejects.toMatchObject({
      name: expect.stringMatching(
        /^(InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClientException)$/,
      ) as string,
    });
  });

  test('has functions whose secrets are their own, and which do their work', async () => {
    const { bucket: Bucket } = pipeline;
    await pipeline.s3.send(new PutObjectCommand({ Bucket, Key: 'csv/a.csv', Body: 'a,b\n1,2\n' }));
    await waitFor(
      async () =>
        (await pipeline.counterRows()).length === 1 &&
        (await pipeline.metadataRows()).length === 1 &&
        (await pipeline.ledgerLines()).length === 1,
      'the work of all three',
      60_000,
    );

    const keys = keysOfFunctions(pipeline.pid);
    const secrets = new Set(keys.map(({ secretAccessKey }) => secretAccessKey));
    const names = new Set(keys.map(({ accessKeyId }) => accessKeyId));
    expect(names.size).toBeGreaterThanOrEqual(3);
    expect(secrets.size).toBe(names.size);
    expect(secrets).not.toContain(client.credentials.secretAccessKey);
    const [first, second] = keys.filter(
      (key, index) => keys.findIndex(({ accessKeyId }) => accessKeyId === key.accessKeyId) === index,
    );
    const identity = async (credentials: Client['credentials']) =>
      (await new STSClient({ ...client, credentials }).send(new GetCallerIdentityCommand())).Arn;
    expect(await identity(first!)).toMatch(/:assumed-role\//);
    await expect(
      identity({ accessKeyId: first!.accessKeyId, secretAccessKey: second!.secretAccessKey }),
    ).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  test('is driven by the command line, also as if it were in AWS, and by what `sluice env` prints', async () => {
    const put = await sluice(['put', 'package.json', 'csv/', '--wait'], { pipeline });
    const status = await sluice(['status', 'csv/package.json'], { pipeline });
    const env = await sluice(['env', '--json'], { pipeline });
    const { set } = env.json<{ set: Record<string, string> }>();
    const aws = await sluice(['ls', '--target', 'aws', '--json'], { env: set });

    expect([put.exitCode, status.exitCode, env.exitCode, aws.exitCode]).toEqual([0, 0, 0, 0]);
    expect(set['AWS_SECRET_ACCESS_KEY']).toBe(client.credentials.secretAccessKey);
    expect(aws.stdout).toContain('csv/package.json');
  });

  test('is driven by the console', async () => {
    const { origin, token } = consoleOf([pipeline.consoleUrl!]);

    const answer = await callConsole(origin, token, '/api/verb', { args: ['status'] });

    expect(await answer.text()).toContain('{"type":"end","exitCode":0}');
  });

  test.each(['status', 'flow', 'attempts?bucket=b&key=k', 'newest?bucket=b&limit=1'])(
    'answers /_sluice/%s only to who has the token',
    async (call) => {
      const answer = await fetch(`${pipeline.endpoint}/_sluice/${call}`);

      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringContaining('x-sluice-token') as string,
      ]);
    },
  );

  test('keeps its secret in a file that only its user can read, and out of all that it prints and logs', async () => {
    const file = join(pipeline.dataDir, 'runtime.json');
    const { credentials } = JSON.parse(readFileSync(file, 'utf8')) as RuntimeDescription;
    const { accessKeyId, secretAccessKey } = client.credentials;
    await fetch(`${pipeline.endpoint}/b/k`, {
      headers: { authorization: `AWS ${accessKeyId}:${secretAccessKey}`, date: new Date().toUTCString() },
    });

    const secrets = [secretAccessKey, ...keysOfFunctions(pipeline.pid).map((key) => key.secretAccessKey)];
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(credentials).toEqual({ accessKeyId, secretAccessKey });
    expect(secretAccessKey).toMatch(/^[0-9a-f]{40}$/);
    const said = [pipeline.printed(), pipeline.logs(), ...commandLines(pipeline.pid)].join('\n');
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
  });

  test('listens where every other start does, and nowhere else', () => {
    const tcp = listeningSocketsOf(pipeline.pid).filter(({ kind }) => kind !== 'unix');

    expect(tcp.every(({ kind, address }) => kind === 'tcp' && address.startsWith('127.0.0.1:'))).toBe(true);
  });

  test('has another secret at its next start', async () => {
    const before = client.credentials;
    await using other = await PipelineUnderTest.start({ more: ['--private'] });

    expect(other.credentials.accessKeyId).toBe(before.accessKeyId);
    expect(other.credentials.secretAccessKey).not.toBe(before.secretAccessKey);
  });
});
