import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ASSUMPTIONS } from '../../../cli/cost/assumptions.ts';
import type { Workload } from '../../../cli/cost/consumer-work.ts';
import { perEvent, type PerEvent } from '../../../cli/cost/per-event.ts';
import { readTemplate } from '../../../cli/cost/template.ts';
import type { Handler } from '../../../functions/batch/invocation.ts';
import { pascalCase } from '../../../shared/pascal-case.ts';
import { FIRST, resource, synthesize } from '../../infra/support/pipeline-template.ts';
import { lambdaContext, sqsBatch, sqsMessage } from '../../support/invocations.ts';
import { busEvent } from '../../support/object-events.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MONTH: Workload = { uploads: 1e6, csvShare: 0.2, csvBytes: 1e6, replayShare: 0.1, shares: {} };
const BODY = Buffer.from('id,note\n1,x\n');
const BUCKET = 'sluice-prod-ingestbucket0123abcd-abcdefghijkl';
/** As many events are measured. */
const EVENTS = 50;

const ITS_OPERATIONS = ['GetItem', 'PutItem', 'GetObject', 'PutObject'] as const;

const rows = new Map<string, Record<string, unknown>>();
const tables = mockClient(DynamoDBDocumentClient);
const s3 = mockClient(S3Client);
const sqs = mockClient(SQSClient);

/** The operations that were called, `PutItem`, each as often as it was. */
const calls: string[] = [];
let logBytes = 0;
let rowBytes = 0;

beforeAll(() => {
  tables.on(PutCommand).callsFake(({ Item }: { Item: Record<string, unknown> }) => {
    calls.push('PutItem');
    const key = JSON.stringify([Item['bucket'], Item['object_key'] ?? Item['file_key']]);
    if (rows.has(key)) throw new ConditionalCheckFailedException({ message: 'there', $metadata: {} });
    rowBytes = Math.max(rowBytes, JSON.stringify(Item).length);
    rows.set(key, Item);
    return {};
  });
  tables.on(GetCommand).callsFake(({ Key }: { Key: Record<string, unknown> }) => {
    calls.push('GetItem');
    return { Item: rows.get(JSON.stringify([BUCKET, Key['file_key']])) };
  });
  s3.on(GetObjectCommand).callsFake(() => {
    calls.push('GetObject');
    return { Body: Readable.from([BODY]), ContentLength: BODY.length };
  });
  s3.on(PutObjectCommand).callsFake(() => {
    calls.push('PutObject');
    return {};
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    logBytes += Buffer.byteLength(String(chunk));
    return true;
  });
});

/** The consumer's handler, with the variables that it has in the stage. */
async function handlerOf(consumer: string, stage: string): Promise<Handler> {
  const template = synthesize({ stage });
  const { Environment } = resource(
    template,
    'AWS::Lambda::Function',
    `${pascalCase(consumer)}Function`,
  ).Properties;
  for (const [name, value] of Object.entries(Environment.Variables as Record<string, unknown>)) {
    vi.stubEnv(name, typeof value === 'string' ? value : `Sluice-${stage}-Resource0123ABCD-AbCdEfGhIjKl`);
  }
  vi.stubEnv(
    '_X_AMZN_TRACE_ID',
    'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0',
  );
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.resetModules();
  return ((await import(`../../../functions/${consumer}/handler.ts`)) as { handler: Handler }).handler;
}

/** What these events take of the function, each as its part. */
async function measured(handler: Handler, said: PerEvent, replayName?: string) {
  calls.length = 0;
  logBytes = 0;
  const batch = Math.round(said.eventsPerInvocation);
  const events = Array.from({ length: EVENTS }, (_, at) =>
    busEvent({
      bucket: BUCKET,
      size: BODY.length,
      // forty characters
      key: `csv/2026/11/27/region-eu/orders-${String(at).padStart(4, '0')}.csv`,
      time: new Date().toISOString(),
      sequencer: `0069285C2F${String(at).padStart(8, '0')}`,
      versionId: 'sLhLx8L3xPkRDvQZq0SmyhAGnB.RyYyh',
      ...(replayName !== undefined && { replayName }),
    }),
  );
  let invocations = 0;
  for (let from = 0; from < EVENTS; from += batch) {
    const answer = await handler(
      sqsBatch(...events.slice(from, from + batch).map((event) => sqsMessage(event))),
      lambdaContext(),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    invocations++;
  }
  const ofCalls = ITS_OPERATIONS.flatMap((name) => {
    const times = calls.filter((one) => one === name).length;
    return times === 0 ? [] : [[name, times / EVENTS] as const];
  });
  return {
    sdkCalls: Object.fromEntries(ofCalls),
    logBytes: (logBytes + invocations * ASSUMPTIONS.logBytesPerInvocation) / EVENTS,
  };
}

const rounded = (of: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(of).map(([name, times]) => [name, times.toFixed(1)]));

describe.each(['dev', 'prod'])('what sluice cost says of an event in %s', (stage) => {
  let table: readonly PerEvent[];
  beforeAll(async () => {
    const folder = temporaryFolder('measured');
    await writeFile(join(folder, 'S.template.json'), JSON.stringify(synthesize({ stage })));
    const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'S.template.json' } };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { S: artifact } }));
    table = perEvent(MONTH, await readTemplate(folder));
  });

  test.each(FIRST)('is what the function of %s calls and logs, live and replayed', async (consumer) => {
    rows.clear();
    const handler = await handlerOf(consumer, stage);

    for (const isReplayed of [false, true]) {
      const said = table.find(
        (one) => one.consumer === pascalCase(consumer) && one.isReplayed === isReplayed,
      )!;
      const found = await measured(handler, said, isReplayed ? 'again' : undefined);

      expect(rounded(found.sdkCalls)).toEqual(rounded(said.sdkCalls));
      expect(found.logBytes / said.logBytes).toBeGreaterThan(0.85);
      expect(found.logBytes / said.logBytes).toBeLessThan(1.15);
    }
    // no letter, and nothing put off
    expect(sqs.calls()).toHaveLength(0);
    // a write unit is of 1 KB
    expect(rowBytes).toBeLessThan(1_024);
  });
});
