import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { Runtime } from '../../local/runtime.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { waitFor } from '../support/wait-for.ts';

const CODE = `
import { writeFileSync, mkdirSync } from 'node:fs';
export const handler = async (event, context) => {
  const [{ eventName, s3 }] = event.Records;
  console.log('GOT ' + JSON.stringify({ eventName, key: s3.object.key }));
  if (s3.object.key.includes('broken')) throw new Error('cannot read it');
};`;

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const filter = (Value: string) => ({ S3Key: { Rules: [{ Name: 'prefix', Value }] } });

/** A bucket that tells a function and a queue itself, as the CDK writes it. */
function assembly({ permission = true } = {}): string {
  const directory = temporaryFolder('direct-trigger');
  const Resources = {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      DependsOn: ['Permission'],
      Properties: {
        NotificationConfiguration: {
          LambdaConfigurations: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'].map((Event) => ({
            Event,
            Function: arnOf('Function'),
            Filter: filter('in/'),
          })),
          QueueConfigurations: [
            { Event: 's3:ObjectCreated:*', Queue: arnOf('Inbox'), Filter: filter('queued/') },
          ],
        },
      },
    },
    Inbox: { Type: 'AWS::SQS::Queue' },
    InboxPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Inbox' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 's3.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: arnOf('Inbox'),
              Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::orders-*' } },
            },
          ],
        },
      },
    },
    Failures: { Type: 'AWS::SQS::Queue' },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOf('Failures') }],
            },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: arnOf('Role'),
        Timeout: 30,
        MemorySize: 256,
      },
    },
    Config: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: 'Function' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 2,
        DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } },
      },
    },
    ...(permission && {
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: arnOf('Function'),
          Principal: 's3.amazonaws.com',
          SourceAccount: { Ref: 'AWS::AccountId' },
          SourceArn: 'arn:aws:s3:::orders-bucket*',
        },
      },
    }),
  };
  const write = (name: string, content: object) =>
    writeFileSync(join(directory, name), JSON.stringify(content));
  write('manifest.json', {
    artifacts: {
      Orders: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Orders.template.json' } },
    },
  });
  write('Orders.template.json', { Resources });
  write('Orders.assets.json', {
    files: { code: { source: { path: 'code' }, destinations: { here: { objectKey: 'code.zip' } } } },
  });
  mkdirSync(join(directory, 'code'));
  writeFileSync(join(directory, 'code/index.mjs'), CODE);
  return directory;
}

const Bucket = 'orders-bucket';
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function start(dataDir = temporaryFolder('data')) {
  const got: { eventName: string; key: string }[] = [];
  const runtime = await Runtime.start({
    assemblyDir: assembly(),
    dataDir,
    port: 0,
    region: 'us-east-1',
    onLog: (_, line) => {
      const [, text] = /GOT (\{.*\})/.exec(line) ?? [];
      if (text !== undefined) got.push(JSON.parse(text) as (typeof got)[number]);
    },
  });
  const { endpoint, region } = runtime.description();
  const client = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const sqs = new SQSClient(client);
  const stop = async () => {
    s3.destroy();
    sqs.destroy();
    await runtime.stop();
  };
  running.push({ stop });
  const put = async (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'order' }));
  /** The next message of a queue, which is taken off it. */
  const take = async (name: string): Promise<Record<string, unknown>> => {
    const QueueUrl = `${endpoint}/000000000000/Orders-${name}`;
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }),
    );
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message!.ReceiptHandle }));
    return JSON.parse(message!.Body!) as Record<string, unknown>;
  };
  return { runtime, s3, put, take, got, dataDir, stop: async () => running.pop()!.stop() };
}

describe('a bucket that tells its function itself', () => {
  test('tells what is created and deleted under the prefix, and a queue what it hears, after a test event', async () => {
    const { s3, put, take, got } = await start();
    await put('in/a b.json');
    await put('out/c.json');
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'in/a b.json' }));
    await put('queued/d.json');

    await waitFor(async () => got.length >= 2, 'the function to get both events');
    expect(got.toSorted((a, b) => a.eventName.localeCompare(b.eventName))).toEqual([
      { eventName: 'ObjectCreated:Put', key: 'in/a+b.json' },
      { eventName: 'ObjectRemoved:Delete', key: 'in/a+b.json' },
    ]);
    expect(await take('Inbox')).toMatchObject({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket });
    expect(await take('Inbox')).toMatchObject({
      Records: [{ eventName: 'ObjectCreated:Put', s3: { object: { key: 'queued/d.json' } } }],
    });
  });

  test('has a failed event tried twice again, and then sent to the queue of failures', async () => {
    const { runtime, put, take, got } = await start();
    await put('in/broken.json');
    await runtime.timeTravel.drain(86_400_000);

    expect(got).toHaveLength(3);
    expect(await take('Failures')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { Records: [{ s3: { object: { key: 'in/broken.json' } } }] },
      responsePayload: { errorMessage: 'cannot read it' },
    });
  });

  test('forgets nothing that was acknowledged when the runtime ends at once', async () => {
    const first = await start();
    const keys = Array.from({ length: 30 }, (_, index) => `in/${index}.json`);
    await Promise.all(keys.map(first.put));
    await first.stop();
    const second = await start(first.dataDir);
    await second.runtime.timeTravel.drain(86_400_000);

    expect(new Set([...first.got, ...second.got].map(({ key }) => key))).toEqual(new Set(keys));
  });

  test('is refused at the start, as AWS would, when the function does not let S3 in', async () => {
    const dataDir = temporaryFolder('data');
    const starting = Runtime.start({
      assemblyDir: assembly({ permission: false }),
      dataDir,
      port: 0,
      region: 'us-east-1',
    });

    await expect(starting).rejects.toThrow(
      /the bucket orders-bucket with such notifications.*Unable to validate the following destination configurations: .*function:Orders-Function: it does not allow s3.amazonaws.com lambda:InvokeFunction/,
    );
  });
});
