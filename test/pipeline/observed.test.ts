import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUERIES } from '../../infra/constructs/saved-queries.ts';
import { namedMetrics } from '../infra/support/named-metrics.ts';
import { synthesize } from '../infra/support/pipeline-template.ts';
import { busEvent } from '../support/object-events.ts';
import { PipelineUnderTest } from '../support/pipeline.ts';
import { sluiceInside } from '../support/sluice-inside.ts';

/**
 * What AWS itself counts, by namespace: metrics and the dimension that each of them has.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
const COUNTED_BY_AWS: Readonly<Record<string, { dimension: string; metrics: readonly string[] }>> = {
  'AWS/SQS': {
    dimension: 'QueueName',
    metrics: ['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible', 'NumberOfMessagesSent'],
  },
  'AWS/Lambda': {
    dimension: 'FunctionName',
    metrics: ['ConcurrentExecutions', 'Duration', 'Errors', 'Invocations', 'Throttles'],
  },
  'AWS/Events': {
    dimension: 'RuleName',
    metrics: ['FailedInvocations', 'Invocations', 'InvocationsFailedToBeSentToDlq'],
  },
};

interface Embedded {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly service: string;
}

const key = 'csv/orders.csv';

let pipeline: PipelineUnderTest;
let requestId: string;
let lines: readonly (readonly [group: string, line: Record<string, unknown>])[];

/** Every line of JSON in the logs of the functions. */
async function loggedLines() {
  const { endpoint } = pipeline;
  const client = new CloudWatchLogsClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const groups = Object.entries(pipeline.outputs).filter(([name]) => name.endsWith('LogGroupName'));
  const found: [string, Record<string, unknown>][] = [];
  for (const [, logGroupName] of groups) {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
      for (const { message = '' } of events) {
        if (!message.startsWith('{')) continue;
        found.push([logGroupName, JSON.parse(message) as Record<string, unknown>]);
      }
    }
  }
  return found;
}

beforeAll(async () => {
  pipeline = await PipelineUnderTest.start();
  const put = (Key: string, Body: string) =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.bucket, Key, Body }));
  const { $metadata } = await put(key, 'a,b\n1,2\n');
  requestId = $metadata.requestId!;
  await put('csv/never-closed.csv', 'a,b\n1,"2\n');
  await pipeline.sqs.send(
    new SendMessageCommand({ QueueUrl: pipeline.output('MetadataWriterQueueUrl'), MessageBody: 'no event' }),
  );
  await pipeline.drain();
  // the same again, which is superseded, and one that cannot be placed among the others of its key, which fails
  const { s3, lambda } = pipeline;
  const [ledger = ''] = await ledgerKeys();
  const body = await (
    await s3.send(new GetObjectCommand({ Bucket: pipeline.output('OutputBucketName'), Key: ledger }))
  ).Body!.transformToString();
  const again = JSON.parse(body.split('\n')[0]!) as {
    object_key: string;
    etag: string;
    version_id: string;
    sequencer: string;
  };
  for (const sequencer of [again.sequencer, undefined]) {
    await lambda.send(
      new InvokeCommand({
        FunctionName: pipeline.output('MetadataWriterFunctionName'),
        Payload: Buffer.from(
          JSON.stringify({
            ...busEvent({
              bucket: pipeline.bucket,
              key: again.object_key,
              etag: again.etag,
              versionId: again.version_id,
              sequencer,
            }),
          }),
        ),
      }),
    );
  }
  lines = await loggedLines();
});
afterAll(async () => {
  await pipeline?.[Symbol.asyncDispose]();
});

/** Oldest first, markers too. */
async function versionsOf(Bucket: string, Prefix: string): Promise<readonly string[]> {
  const { Versions = [], DeleteMarkers = [] } = await pipeline.s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix }),
  );
  return [...Versions.toReversed(), ...DeleteMarkers.toReversed()].map(({ VersionId }) => VersionId!);
}

async function eraseVersions(Bucket: string, Key: string): Promise<void> {
  for (const VersionId of await versionsOf(Bucket, Key)) {
    await pipeline.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
}

async function ledgerKeys(): Promise<readonly string[]> {
  const { Contents = [] } = await pipeline.s3.send(
    new ListObjectsV2Command({ Bucket: pipeline.output('OutputBucketName'), Prefix: 'ledger/' }),
  );
  return Contents.flatMap(({ Key }) => Key ?? []);
}

async function ledgerLines(): Promise<readonly Record<string, unknown>[]> {
  const bodies = await Promise.all(
    (await ledgerKeys()).map(async (Key) => {
      const { Body } = await pipeline.s3.send(
        new GetObjectCommand({ Bucket: pipeline.output('OutputBucketName'), Key }),
      );
      return (await Body!.transformToString()).trimEnd().split('\n');
    }),
  );
  return bodies.flat().map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a request to S3', () => {
  test('is named by the rows of its object', async () => {
    const row = async (table: string, Key: Record<string, string>) =>
      (await pipeline.tables.send(new GetCommand({ TableName: pipeline.output(table), Key }))).Item;

    expect(requestId).toMatch(/^[\w-]{16,}$/);
    expect(await row('UploadMetadataTableName', { bucket: pipeline.bucket, object_key: key })).toMatchObject({
      request_id: requestId,
    });
    expect(await row('ProcessedFilesTableName', { file_key: key })).toMatchObject({
      request_id: requestId,
      row_count: 2,
    });
  });

  test('is named by the ledger’s line, which says nothing of who asked', async () => {
    const [line, ...others] = (await ledgerLines()).filter(({ request_id }) => request_id === requestId);

    expect([line!['object_key'], others]).toEqual([key, []]);
    expect(line).not.toHaveProperty('requester');
    expect(line).not.toHaveProperty('source_ip');
  });

  test('is named by the lines that the functions log of it', () => {
    const own = lines.filter(([, line]) => line['key'] === key && line['outcome'] === 'recorded');

    expect(own.map(([, line]) => line['request_id'])).toEqual([requestId, requestId]);
  });

  test('is shown by sluice status KEY, with each try', async () => {
    const said = await sluiceInside(pipeline, 'status', key);
    const document = (await sluiceInside(pipeline, 'status', key, '--json')).json<{
      requestId: string;
      consumers: { consumer: string; attempts: { requestId?: string }[] }[];
    }>();

    expect(said.stdout.split('\n')[0]).toMatch(new RegExp(`  request ${requestId}$`));
    expect(document.requestId).toBe(requestId);
    expect(
      document.consumers.flatMap(({ attempts }) => attempts.flatMap((one) => one.requestId ?? [])),
    ).toContain(requestId);
  });
});

describe('a saved query', () => {
  /** What Logs Insights adds to each line, and the words of its language. */
  const WORDS = new Set(
    '@timestamp fields filter sort stats limit asc desc as by in or and ispresent coalesce latest count why events last'.split(
      ' ',
    ),
  );

  test.each(Object.entries(QUERIES))('%s asks for fields that functions log', (_, query) => {
    const logged = new Set(
      lines.flatMap(([, line]) => [
        ...Object.keys(line),
        ...Object.keys((line['error'] as object | undefined) ?? {}).map((name) => `error.${name}`),
      ]),
    );
    const asked = query
      .filter((line) => !line.startsWith('#'))
      .flatMap((line) => line.replaceAll(/"[^"]*"/g, '').match(/@?[a-z][\w.]*/gi) ?? [])
      .filter((word) => !WORDS.has(word));

    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((field) => !logged.has(field))).toEqual([]);
  });

  test('of the slowest objects finds each object, with the time that its consumer took', () => {
    const found = lines.filter(([, line]) => 'outcome' in line && typeof line['duration_ms'] === 'number');

    expect(new Set(found.map(([, line]) => line['key']))).toEqual(new Set([key, 'csv/never-closed.csv']));
  });
});

describe('an object of a person', () => {
  test('is erased by the steps of docs/privacy.md: no version, no row and no line is left of it', async () => {
    const { s3, tables, bucket } = pipeline;
    const output = pipeline.output('OutputBucketName');
    const person = 'csv/users/42/jane.csv';
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: person, Body: 'name\nJane\n' }));
    await pipeline.drain();

    // 1: a marker, then each version, the marker last
    expect((await sluiceInside(pipeline, 'rm', person, '--yes')).exitCode).toBe(0);
    await pipeline.drain();
    await eraseVersions(bucket, person);
    await pipeline.drain();
    // 2: the rows
    await tables.send(
      new DeleteCommand({
        TableName: pipeline.output('UploadMetadataTableName'),
        Key: { bucket, object_key: person },
      }),
    );
    await tables.send(
      new DeleteCommand({ TableName: pipeline.output('ProcessedFilesTableName'), Key: { file_key: person } }),
    );
    // 3: the lines
    for (const name of await ledgerKeys()) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: output, Key: name }));
      const all = (await Body!.transformToString()).trimEnd().split('\n');
      const others = all.filter((line) => (JSON.parse(line) as { object_key: string }).object_key !== person);
      if (others.length === all.length) continue;
      if (others.length > 0) {
        await s3.send(
          new PutObjectCommand({
            Bucket: output,
            Key: name.replace(/\.ndjson$/, '-erased.ndjson'),
            Body: `${others.join('\n')}\n`,
            IfNoneMatch: '*',
          }),
        );
      }
      await eraseVersions(output, name);
    }
    await pipeline.drain();

    expect(await versionsOf(bucket, person)).toEqual([]);
    expect((await ledgerLines()).filter((line) => JSON.stringify(line).includes(person))).toEqual([]);
    expect((await sluiceInside(pipeline, 'status', person)).exitCode).toBe(3);
    expect((await sluiceInside(pipeline, 'verify', '--grace', '0s', '--json')).json()).toMatchObject({
      findings: [],
    });
    expect((await ledgerLines()).some((line) => line['request_id'] === requestId)).toBe(true);
  });
});

describe('the metrics that alarms and dashboards name', () => {
  const named = ['dev', 'prod'].flatMap((stage) => [
    ...namedMetrics(synthesize({ stage, alarmOn: 'NotCounted' })),
  ]);
  const own = named.filter(({ namespace }) => !namespace.startsWith('AWS/'));

  test('are counted by AWS, or by functions', () => {
    const unknown = named.filter(({ namespace, name, dimensions }) => {
      const known = COUNTED_BY_AWS[namespace];
      if (known === undefined) return !/^Sluice-(dev|prod)$/.test(namespace);
      return !known.metrics.includes(name) || Object.keys(dimensions).join() !== known.dimension;
    });

    expect(unknown).toEqual([]);
    expect(new Set(named.map(({ namespace }) => namespace))).toEqual(
      new Set([...Object.keys(COUNTED_BY_AWS), 'Sluice-dev', 'Sluice-prod']),
    );
  });

  test('that functions count were counted by a run here: name, namespace and dimensions', () => {
    const counted = new Set(
      lines.flatMap(([, line]) => {
        if (!('_aws' in line)) return [];
        const { _aws, service } = line as unknown as Embedded;
        return _aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
          Metrics.map(({ Name }) => JSON.stringify([Namespace, Name, Dimensions, service])),
        );
      }),
    );
    const services = new Set([...counted].map((one) => (JSON.parse(one) as string[])[3]));
    const names = new Set(
      [...counted].map((one) => JSON.stringify((JSON.parse(one) as unknown[]).slice(0, 3))),
    );
    const missing = own
      .filter(({ namespace }) => namespace === 'Sluice-dev')
      .filter(
        ({ namespace, name, dimensions }) =>
          !names.has(JSON.stringify([namespace, name, [Object.keys(dimensions)]])) ||
          !services.has(dimensions['service']),
      );

    expect(missing).toEqual([]);
    expect(new Set(own.map(({ name }) => name))).toEqual(
      new Set(['Failed', 'NotCounted', 'Recorded', 'Superseded']),
    );
  });
});
