import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cloudFormationService, type RunningStack } from '../../../local/cloudformation/cloudformation.ts';
import { Gateway } from '../../../local/gateway.ts';
import type { Principal } from '../../../local/iam.ts';

const STACK: RunningStack = {
  stackName: 'Sluice-dev',
  outputs: { IngestBucketName: 'ingest', MetadataWriterKeeps: '{"rows":"<&\\">"}' },
  region: 'us-east-1',
  accountId: '000000000000',
};
const ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/Sluice-dev/local';
const NOBODY: Principal = {
  kind: 'role',
  roleName: 'R',
  functionName: 'f',
  accountId: '000000000000',
  statements: [],
};

let gateway: Gateway;
let stack = STACK;
const clients: CloudFormationClient[] = [];
let endpoint: string;

const client = (accessKeyId = 'operator') => {
  const made = new CloudFormationClient({
    endpoint,
    region: STACK.region,
    credentials: { accessKeyId, secretAccessKey: 'b' },
  });
  clients.push(made);
  return made;
};

beforeAll(async () => {
  gateway = new Gateway();
  endpoint = `http://127.0.0.1:${await gateway.listen(0)}`;
  gateway.serve({
    targets: {},
    services: { cloudformation: cloudFormationService(() => stack, Date.parse('2026-11-20T12:00:00Z')) },
    principalOf: (key) => (key === 'function' ? NOBODY : { kind: 'operator' }),
  });
});
afterAll(async () => {
  for (const one of clients) one.destroy();
  await gateway?.close();
});

describe('CloudFormation', () => {
  test.each([['Sluice-dev'], [ID], [undefined]])(
    'describes the stack that runs, asked for as %s',
    async (StackName) => {
      const { Stacks } = await client().send(new DescribeStacksCommand({ StackName }));

      expect(Stacks).toEqual([
        {
          StackId: ID,
          StackName: 'Sluice-dev',
          CreationTime: new Date('2026-11-20T12:00:00Z'),
          StackStatus: 'CREATE_COMPLETE',
          DisableRollback: false,
          Outputs: [
            { OutputKey: 'IngestBucketName', OutputValue: 'ingest' },
            { OutputKey: 'MetadataWriterKeeps', OutputValue: '{"rows":"<&\\">"}' },
          ],
        },
      ]);
    },
  );

  test('tells the outputs as they are after a reload', async () => {
    stack = { ...STACK, outputs: { More: 'x' } };
    const { Stacks } = await client().send(new DescribeStacksCommand({}));
    stack = STACK;

    expect(Stacks?.[0]?.Outputs).toEqual([{ OutputKey: 'More', OutputValue: 'x' }]);
  });

  test('has no other stack, in AWS’s own words', async () => {
    const asked = client().send(new DescribeStacksCommand({ StackName: 'Sluice-prod' }));

    await expect(asked).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id Sluice-prod does not exist',
    });
  });

  test('tells a function nothing that its role may not ask', async () => {
    const asked = client('function').send(new DescribeStacksCommand({ StackName: 'Sluice-dev' }));

    await expect(asked).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  test('refuses every other call, and a parameter that it does not honour, by name', async () => {
    await expect(client().send(new ListStacksCommand({}))).rejects.toThrow('CloudFormation ListStacks');
    await expect(client().send(new DescribeStacksCommand({ NextToken: 'n' }))).rejects.toThrow('NextToken');
  });
});
