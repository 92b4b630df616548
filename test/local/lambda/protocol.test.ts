import { randomBytes } from 'node:crypto';
import {
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  type InvokeCommandInput,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

const ARN = 'arn:aws:lambda:eu-central-1:000000000000:function:echo';

describe('Invoke, by the SDK', () => {
  let world: FunctionsUnderTest;

  beforeAll(async () => {
    world = await FunctionsUnderTest.start({
      functions: [
        namedPlan('echo', {
          statements: [
            { effect: 'Allow', actions: ['lambda:InvokeFunction'], resources: ['*:function:raise'] },
          ],
        }),
        namedPlan('raise'),
        namedPlan('pid', { reservedConcurrency: 1 }),
      ],
    });
  });

  afterAll(async () => world?.[Symbol.asyncDispose]());

  const invoke = async (input: Partial<InvokeCommandInput>, client = world.client) => {
    const { Payload, $metadata, ...rest } = await client.send(
      new InvokeCommand({ FunctionName: 'echo', ...input }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    return {
      ...rest,
      $metadata,
      text,
      answer: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown>,
    };
  };

  test('gives the answer, the version and the request id of the function', async () => {
    const { answer, ...rest } = await invoke({ Payload: Buffer.from('{"key":"é"}') });

    expect(answer['event']).toEqual({ key: 'é' });
    expect(rest).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(rest.FunctionError).toBeUndefined();
    expect(rest.LogResult).toBeUndefined();
    expect(answer['context']).toMatchObject({ awsRequestId: rest.$metadata.requestId });
  });

  test('gives an error of the function with status 200 and its log when wanted', async () => {
    const { answer, ...rest } = await invoke({ FunctionName: 'raise', LogType: 'Tail' });

    expect(rest).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(answer).toMatchObject({ errorType: 'TypeError' });
    const log = Buffer.from(rest.LogResult ?? '', 'base64').toString('utf8');
    expect(log).toMatch(/^START RequestId: [^]*\tERROR\tInvoke Error [^]*\nREPORT RequestId: .*\n$/);
  });

  test.each(['echo', 'echo:$LATEST', '000000000000:function:echo', ARN, `${ARN}:$LATEST`])(
    'takes the name %s',
    async (FunctionName) => {
      expect((await invoke({ FunctionName })).StatusCode).toBe(200);
    },
  );

  test('passes on the client context, and an empty event when there is none', async () => {
    const context = { custom: { who: 'é' } };
    const ClientContext = Buffer.from(JSON.stringify(context)).toString('base64');

    const { answer } = await invoke({ ClientContext });

    expect(answer['event']).toEqual({});
    expect(answer['context']).toMatchObject({ clientContext: context });
  });

  test('of type DryRun runs nothing', async () => {
    const before = world.lines.length;

    expect(await invoke({ InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204, text: '' });
    expect(world.lines).toHaveLength(before);
  });

  test.each<[string, Partial<InvokeCommandInput>, object]>([
    [
      'a function that is not there',
      { FunctionName: 'nobody' },
      { name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } },
    ],
    ['a version', { Qualifier: '3' }, { name: 'ResourceNotFoundException' }],
    ['a version in the name', { FunctionName: 'echo:live' }, { name: 'ResourceNotFoundException' }],
    [
      'no JSON',
      { Payload: Buffer.from('{') },
      { name: 'InvalidRequestContentException', $metadata: { httpStatusCode: 400 } },
    ],
    ['a client context that is none', { ClientContext: 'e' }, { name: 'InvalidRequestContentException' }],
    [
      'more than 6 MB',
      { Payload: Buffer.alloc(6_291_457, 49) },
      { name: 'RequestTooLargeException', $metadata: { httpStatusCode: 413 } },
    ],
    [
      'more than 1 MB for later',
      { InvocationType: 'Event', Payload: Buffer.alloc(1_048_577, 49) },
      {
        name: 'RequestTooLargeException',
        message: 'Request must be smaller than 1048576 bytes for the InvokeFunction operation',
      },
    ],
  ])('refuses %s', async (_, input, expected) => {
    await expect(invoke(input)).rejects.toMatchObject(expected);
  });

  test('refuses more than the reserved concurrency at a time', async () => {
    const results = await Promise.allSettled(
      [1, 2].map(() => invoke({ FunctionName: 'pid', Payload: Buffer.from('{"waitMs":500}') })),
    );

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } },
    });
  });

  test("is what a function may do that its role's statements allow", async () => {
    const { answer } = await invoke({});
    const { AWS_ACCESS_KEY_ID } = answer['environment'] as Record<string, string>;
    const asFunction = new LambdaClient({
      endpoint: world.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: randomBytes(8).toString('hex') },
    });

    expect((await invoke({ FunctionName: 'raise' }, asFunction)).StatusCode).toBe(200);
    await expect(invoke({ FunctionName: 'echo' }, asFunction)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `is not authorized to perform: lambda:InvokeFunction on resource: ${ARN}`,
      ),
      $metadata: { httpStatusCode: 403 },
    });
    asFunction.destroy();
  });

  test('answers by its name what it does not know', async () => {
    await expect(
      world.client.send(new ListVersionsByFunctionCommand({ FunctionName: 'echo' })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('Lambda GET /2015-03-31/functions/echo/versions'),
    });
  });

  test('leaves the kept log of each function in a file of its own', () => {
    const logs = world.keptLogs();

    expect([...logs.keys()].toSorted()).toEqual([
      'aws_lambda_echo.log',
      'aws_lambda_pid.log',
      'aws_lambda_raise.log',
    ]);
    expect(logs.get('aws_lambda_raise.log')).toContain('it went wrong');
    expect(logs.get('aws_lambda_echo.log')).not.toContain('it went wrong');
  });
});
