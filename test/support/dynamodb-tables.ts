import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

/**
 * DynamoDB for one test file: dynalite in this process, in memory. While it runs, clients made from the environment
 * reach it; import the functions under test after it has started.
 */
export class DynamoDbTables implements AsyncDisposable {
  readonly #server: Server;
  readonly #client: DynamoDBDocumentClient;

  private constructor(server: Server) {
    this.#server = server;
    this.#client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
      unmarshallOptions: {
        wrapNumbers: (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)),
      },
    });
  }

  static async start(): Promise<DynamoDbTables> {
    const server = dynalite({ createTableMs: 0 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    return new DynamoDbTables(server);
  }

  /** Makes a table with the string keys given, partition key first. */
  async create(name: string, keys: readonly string[]): Promise<void> {
    await this.#client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: keys.map((AttributeName, index) => ({
          AttributeName,
          KeyType: index === 0 ? 'HASH' : 'RANGE',
        })),
      }),
    );
  }

  async row(name: string, key: Record<string, string>): Promise<Record<string, unknown> | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: name, Key: key, ConsistentRead: true }),
    );
    return Item;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    vi.unstubAllEnvs();
  }
}
