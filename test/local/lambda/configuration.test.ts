import {
  CreateEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { arnOf, FunctionsUnderTest, namedPlan } from './functions-under-test.ts';

const MAPPING = {
  functionName: 'echo',
  queueArn: arnOf('work'),
  batchSize: 1,
  maximumBatchingWindowSeconds: 0,
  maximumConcurrency: 2,
  reportBatchItemFailures: false,
  enabled: true,
};

const start = async (dataDir?: string) =>
  await FunctionsUnderTest.start({
    functions: [namedPlan('echo', { description: 'says it again', runtime: 'nodejs24.x' })],
    queues: [{ name: 'work' }],
    mappings: [MAPPING],
    ...(dataDir !== undefined && { dataDir }),
  });

const onlyMapping = async ({ client }: FunctionsUnderTest) => {
  const { EventSourceMappings = [] } = await client.send(
    new ListEventSourceMappingsCommand({ FunctionName: 'echo', EventSourceArn: MAPPING.queueArn }),
  );
  expect(EventSourceMappings).toHaveLength(1);
  return EventSourceMappings[0]!;
};

describe('a function', () => {
  test('is described as the template has it', async () => {
    await using world = await start();

    const described = await world.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'echo' }));
    const { Configuration, Code } = await world.client.send(new GetFunctionCommand({ FunctionName: 'echo' }));
    const { Functions } = await world.client.send(new ListFunctionsCommand({}));

    expect(described).toMatchObject({
      FunctionName: 'echo',
      Description: 'says it again',
      Runtime: 'nodejs24.x',
      MemorySize: 256,
      Timeout: 10,
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Version: '$LATEST',
      LoggingConfig: { LogGroup: '/aws/lambda/echo' },
    });
    expect(described.CodeSize).toBeGreaterThan(0);
    const { $metadata: _, ...same } = described;
    expect([Configuration, Functions]).toEqual([same, [same]]);
    expect(Code?.Location).toMatch(/^file:\/\/\//);
  });

  test('that is not there is not found, and one that is cannot be deleted: it comes from the template', async () => {
    await using world = await start();

    await expect(
      world.client.send(new GetFunctionConfigurationCommand({ FunctionName: 'nobody' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      world.client.send(new DeleteFunctionCommand({ FunctionName: 'echo' })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining('functions come from the template') as string,
    });
  });

  test('that throws while it loads says so in its health, before any event', async () => {
    await using world = await FunctionsUnderTest.start({
      functions: [namedPlan('broken', { handler: 'nowhere.handler' })],
    });

    await world.functions.prewarm();

    expect(world.functions.health()['broken']).toMatchObject({
      invocations: 0,
      startFailure: expect.stringContaining('nowhere') as string,
    });
  });
});

describe('an event source mapping', () => {
  test('is listed and got by its id, as the template has it', async () => {
    await using world = await start();
    world.functions.start();

    const mapping = await onlyMapping(world);
    const { $metadata: _, ...got } = await world.client.send(
      new GetEventSourceMappingCommand({ UUID: mapping.UUID }),
    );

    expect(mapping).toMatchObject({
      EventSourceArn: MAPPING.queueArn,
      FunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:echo',
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
      State: 'Enabled',
    });
    expect(got).toEqual(mapping);
  });

  test('leaves the messages while it is disabled, after another start too, and takes them when it is enabled', async () => {
    let dataDir: string;
    {
      await using world = await start();
      ({ dataDir } = world);
      world.functions.start();
      const { UUID } = await onlyMapping(world);
      const turned = await world.client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
      expect(turned.State).toBe('Disabled');
      world.sqs.send(world.sqs.queues.named('work'), 'one');
    }

    await using world = await start(dataDir);
    world.functions.start();
    const mapping = await onlyMapping(world);
    expect(mapping.State).toBe('Disabled');
    expect(world.sqs.stats(world.sqs.queues.named('work'))).toMatchObject({ visible: 1, inFlight: 0 });
    const turned = await world.client.send(
      new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: true, FunctionName: 'echo' }),
    );

    expect(turned.State).toBe('Enabled');
    await waitFor(() => world.functions.health()['echo']?.invocations === 1, 'the invocation');
    await waitFor(
      () => world.sqs.stats(world.sqs.queues.named('work')).oldestSentAtMs === undefined,
      'the deletion of the message',
    );
  });

  test('is disabling until the invocation under way has ended', async () => {
    await using world = await start();
    world.functions.start();
    const { UUID } = await onlyMapping(world);
    world.sqs.send(world.sqs.queues.named('work'), 'slow');
    await waitFor(() => world.functions.isBusy(), 'the invocation');

    const turned = await world.client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));

    expect(['Disabling', 'Disabled']).toContain(turned.State);
    await waitFor(async () => (await onlyMapping(world)).State === 'Disabled', 'the state Disabled');
    expect(world.functions.isBusy()).toBe(false);
  });

  test.each([
    ['BatchSize', { BatchSize: 5 }],
    ['FunctionName', { FunctionName: 'another' }],
  ])('cannot be given another %s: it comes from the template', async (name, change) => {
    await using world = await start();
    const { UUID } = await onlyMapping(world);

    await expect(
      world.client.send(new UpdateEventSourceMappingCommand({ UUID, ...change })),
    ).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringMatching(
        new RegExp(`UpdateEventSourceMapping with ${name} .*event source mappings come from the template`),
      ) as string,
    });
  });

  test('cannot be made, and one that is not there is not found', async () => {
    await using world = await start();

    await expect(
      world.client.send(
        new CreateEventSourceMappingCommand({ FunctionName: 'echo', EventSourceArn: arnOf('work') }),
      ),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(world.client.send(new GetEventSourceMappingCommand({ UUID: 'none' }))).rejects.toMatchObject(
      { name: 'ResourceNotFoundException' },
    );
  });
});

const signedBy = (accessKeyId: string) => ({
  headers: {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-central-1/lambda/aws4_request, SignedHeaders=host, Signature=0`,
  },
});

test('a role may ask only what its statements allow', async () => {
  await using world = await start();
  const { Payload } = await world.client.send(new InvokeCommand({ FunctionName: 'echo' }));
  const { environment } = JSON.parse(Buffer.from(Payload ?? []).toString()) as {
    environment: Record<string, string>;
  };
  const ask = async (accessKeyId: string) =>
    (await fetch(`${world.endpoint}/2015-03-31/functions/echo/configuration`, signedBy(accessKeyId))).status;

  expect([await ask('anybody'), await ask(environment['AWS_ACCESS_KEY_ID']!)]).toEqual([200, 403]);
});
