import { createRequire } from 'node:module';
import type { SQSRecord } from 'aws-lambda';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Handler } from '../../../functions/batch/invocation.ts';
import { lambdaContext, sqsBatch } from '../../support/invocations.ts';
import { busEvent, type EventFacts } from '../../support/object-events.ts';
import { FakeS3 } from '../objects/fake-s3.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

const TABLE = 'processed-files';

/** The counter's own handler over HTTP: a table in dynalite, and a fake S3 that can break off. */
export interface CounterWorld {
  readonly s3: FakeS3;
  /** Hands the handler an S3 event as EventBridge would, so that a failure is thrown. */
  invoke(facts: EventFacts, remainingTimeMs?: number): Promise<unknown>;
  /** Hands the handler these messages of its queue. */
  receive(...messages: readonly SQSRecord[]): Promise<unknown>;
  /** What the table was asked since it was last asked for this: `GetItem`, `PutItem`. */
  tableCalls(): readonly string[];
  row(key: string): Promise<Record<string, unknown> | undefined>;
  putRow(row: Record<string, unknown>): Promise<void>;
  stop(): void;
}

/** @param environment beside that of a function which is silent */
export async function startCounterWorld(
  environment: Readonly<Record<string, string>> = {},
): Promise<CounterWorld> {
  const s3 = new FakeS3();
  const database = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve));
  const tableCalls: string[] = [];
  database.prependListener('request', ({ headers }: IncomingMessage) => {
    tableCalls.push(String(headers['x-amz-target']).replace(/^.*\./, ''));
  });
  // The handler reads its environment while it loads, so this comes before.
  Object.assign(process.env, {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_MAX_ATTEMPTS: '1',
    AWS_ENDPOINT_URL_S3: await s3.start(),
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(database.address() as AddressInfo).port}`,
    CONSUMER_NAME: 'csv-row-counter',
    KEEPS:
      '{"rows":{"table":"ProcessedFilesTableName","key":{"file_key":"{key}"}},"of":{"endings":[".csv",".csv.gz"],"otherwise":"not named as a CSV"}}',
    QUEUE_URL: 'http://127.0.0.1:1/queue',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/letters',
    MAX_RECEIVE_COUNT: '5',
    TABLE_NAME: TABLE,
    TOMBSTONE_TTL_DAYS: '63',
    CSV_DELIMITER: ',',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    POWERTOOLS_METRICS_NAMESPACE: 'Sluice',
    POWERTOOLS_SERVICE_NAME: 'csv-row-counter',
    ...environment,
  });
  const client = new DynamoDBClient();
  const documents = DynamoDBDocumentClient.from(client);
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'file_key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'file_key', KeyType: 'HASH' }],
    }),
  );
  const { handler } = (await import('../../../functions/csv-row-counter/handler.ts')) as { handler: Handler };
  return {
    s3,
    invoke: (facts, remainingTimeMs = 60_000) => handler(busEvent(facts), lambdaContext(remainingTimeMs)),
    receive: (...messages) => handler(sqsBatch(...messages), lambdaContext(60_000)),
    tableCalls: () => tableCalls.splice(0),
    row: async (key) =>
      (
        await documents.send(
          new GetCommand({ TableName: TABLE, Key: { file_key: key }, ConsistentRead: true }),
        )
      ).Item,
    putRow: async (row) => {
      await documents.send(new PutCommand({ TableName: TABLE, Item: row }));
    },
    stop: () => {
      s3.stop();
      database.close();
      database.closeAllConnections();
    },
  };
}
