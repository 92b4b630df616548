import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { AwsError, notImplemented } from './aws-error.ts';
import { parseInput, readBody } from './aws-json.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Service, ServiceRequest } from './gateway.ts';
import { AccessDeniedError, authorize } from './iam.ts';
import type { TablePlan } from './plan.ts';
import { expireItems } from './time-to-live.ts';

/** A table in the data folder has another primary key than the template's. */
export class TableMismatchError extends Error {
  override readonly name = 'TableMismatchError';
}

export interface DynamoDbOptions {
  /** Where the tables are kept. */
  readonly folder: string;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  /** Writes a line when something went wrong behind the scenes. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Operations that dynalite has, without those that would change what the template owns. */
const PASSED_ON = new Set([
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
]);

// AWS deletes expired items within days; an hour is prompt enough, and cheap
const SWEEP_MS = 3_600_000;

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** What a call to DynamoDB gave. */
interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** DynamoDB behind the gateway: dynalite in a child process, the roles' permissions before it, and time to live beside it. */
export class DynamoDb implements Service {
  readonly #options: DynamoDbOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #tables = new Map<string, TablePlan>();
  #child: ChildProcess | undefined;
  #port = 0;
  #stopping = false;
  #nextSweep: Cancel = () => {};

  private constructor(options: DynamoDbOptions) {
    this.#options = options;
  }

  /** Starts the child; resolves once it listens. */
  static async start(options: DynamoDbOptions): Promise<DynamoDb> {
    const dynamoDb = new DynamoDb(options);
    mkdirSync(options.folder, { recursive: true });
    await dynamoDb.#startChild();
    return dynamoDb;
  }

  /**
   * Makes the table unless it is there; its items stay.
   *
   * @throws TableMismatchError when it is there with another primary key
   */
  async provision(table: TablePlan): Promise<void> {
    const { name, keySchema, attributeDefinitions } = table;
    this.#tables.set(name, table);
    try {
      const { Table } = (await this.call('DescribeTable', { TableName: name })) as {
        Table: { KeySchema: unknown };
      };
      if (JSON.stringify(Table.KeySchema) !== JSON.stringify(keySchema)) {
        throw new TableMismatchError(
          `table ${name} is kept with the key ${JSON.stringify(Table.KeySchema)}, the template has ${JSON.stringify(keySchema)}; start with --fresh to empty the data folder`,
        );
      }
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'ResourceNotFoundException') throw error;
      await this.call('CreateTable', {
        TableName: name,
        KeySchema: keySchema,
        AttributeDefinitions: attributeDefinitions,
        BillingMode: 'PAY_PER_REQUEST',
      });
    }
  }

  /** Begins to let expired items go. */
  startSweeping(): void {
    const sweep = async (): Promise<void> => {
      for (const { name, ttlAttribute, keySchema } of this.#tables.values()) {
        if (ttlAttribute === undefined) continue;
        const keyNames = keySchema.map(({ AttributeName }) => AttributeName);
        await expireItems(this, { table: name, ttlAttribute, keyNames, nowMs: this.#options.clock.now() });
      }
    };
    this.#nextSweep = this.#options.clock.after(SWEEP_MS, () => {
      sweep().catch((error: unknown) => {
        if (!this.#stopping)
          this.#options.log('expiring items failed; trying again', { error: String(error) });
      });
      this.startSweeping();
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#nextSweep();
    this.#agent.destroy();
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }

  async handle(request: ServiceRequest): Promise<void> {
    const { incoming, response, requestId } = request;
    try {
      const target = String(incoming.headers['x-amz-target']);
      const operation = target.slice(target.lastIndexOf('.') + 1);
      const body = await readBody(incoming);
      const own = this.#answerOurselves(operation, body, request);
      const answer = own ?? (await this.#send(incoming.headers, body));
      if (response.destroyed) return;
      const { 'transfer-encoding': _, connection: __, ...headers } = answer.headers;
      response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length });
      response.end(answer.body);
    } catch (caught) {
      if (response.destroyed) return;
      const error = asAwsError(caught);
      response.writeHead(error.status, { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId });
      const namespace = error.status < 500 ? 'com.amazonaws.dynamodb.v20120810#' : '';
      response.end(JSON.stringify({ __type: namespace + error.code, message: error.message }));
    }
  }

  /** One operation on behalf of the runtime itself. @throws AwsError as DynamoDB answered it */
  async call(operation: string, input: object): Promise<unknown> {
    const { region } = this.#options;
    const { status, body } = await this.#send(
      {
        'content-type': CONTENT_TYPE,
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        // dynalite wants the form of a signature, not a valid one
        authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      Buffer.from(JSON.stringify(input)),
    );
    const output = JSON.parse(body.toString('utf8')) as {
      __type?: string;
      message?: string;
      Message?: string;
    };
    if (status === 200) return output;
    throw new AwsError(
      output.__type?.split('#').at(-1) ?? 'InternalFailure',
      output.message ?? output.Message ?? '',
      status,
    );
  }

  /** Checks the caller and the operation. @returns the answer where dynalite has none */
  #answerOurselves(operation: string, body: Buffer, { principal }: ServiceRequest): Answer | undefined {
    const input = parseInput(body);
    if (!PASSED_ON.has(operation) && operation !== 'DescribeTimeToLive')
      throw notImplemented(`DynamoDB ${operation}`);
    for (const resource of this.#resources(input)) authorize(principal, `dynamodb:${operation}`, resource);
    const onFailure = input['ReturnValuesOnConditionCheckFailure'];
    if (onFailure !== undefined && onFailure !== 'NONE') {
      throw notImplemented(`DynamoDB ReturnValuesOnConditionCheckFailure ${JSON.stringify(onFailure)}`);
    }
    if (operation !== 'DescribeTimeToLive') return undefined;
    const ttlAttribute = this.#tables.get(tableName(input['TableName']))?.ttlAttribute;
    const TimeToLiveDescription =
      ttlAttribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: ttlAttribute };
    return {
      status: 200,
      headers: { 'content-type': CONTENT_TYPE },
      body: Buffer.from(JSON.stringify({ TimeToLiveDescription })),
    };
  }

  /** The tables that a request is about, as ARNs. */
  #resources(input: Readonly<Record<string, unknown>>): string[] {
    const { region, accountId } = this.#options;
    const items = input['RequestItems'];
    const names = typeof items === 'object' && items !== null ? Object.keys(items) : [input['TableName']];
    return names.map((name) =>
      name === undefined ? '*' : `arn:aws:dynamodb:${region}:${accountId}:table/${tableName(name)}`,
    );
  }

  async #send(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer> {
    return await new Promise((resolve, reject) => {
      const { connection: _, expect: __, 'transfer-encoding': ___, ...passed } = headers;
      const outgoing = httpRequest(
        {
          host: '127.0.0.1',
          port: this.#port,
          method: 'POST',
          path: '/',
          agent: this.#agent,
          headers: { ...passed, host: `127.0.0.1:${this.#port}`, 'content-length': body.length },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 500,
              headers: answer.headers,
              body: Buffer.concat(chunks),
            }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  async #startChild(): Promise<void> {
    const { folder, region, accountId, log } = this.#options;
    const child = fork(join(import.meta.dirname, 'dynalite-child.mjs'), [folder], {
      env: { PATH: process.env['PATH'], AWS_REGION: region, AWS_ACCOUNT_ID: accountId },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    let complaint = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-4_000);
    });
    const [message] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error(
          `dynalite did not start in ${folder}: ${complaint.trim() || `exit code ${child.exitCode}`}`,
        );
      }),
    ])) as [{ port: number }];
    this.#port = message.port;
    child.once('exit', (code, signal) => {
      if (this.#stopping) return;
      log('dynalite ended by itself; starting it again', { code, signal, stderr: complaint.trim() });
      this.#startChild().catch((error: unknown) =>
        log('dynalite cannot be started', { error: String(error) }),
      );
    });
  }
}

/** A request may name a table by its ARN. */
const tableName = (nameOrArn: unknown): string => String(nameOrArn).replace(/^arn:[^/]*:table\//, '');

function asAwsError(caught: unknown): AwsError {
  if (caught instanceof AccessDeniedError) return new AwsError('AccessDeniedException', caught.message);
  if (caught instanceof AwsError) return caught;
  // dynalite is away for a moment: an SDK tries such an answer again
  return new AwsError('InternalServerError', `DynamoDB did not answer: ${(caught as Error).message}`, 500);
}
