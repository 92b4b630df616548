import { pause } from '../../shared/pause.ts';
import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { parseInput, readBody } from '../protocols/aws-json.ts';
import type { Cancel } from '../clock.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { AccessDeniedError, authorize } from '../iam.ts';
import type { TablePlan } from '../plan.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { checkRequestLimits } from './request-limits.ts';
import { CONTENT_TYPE, Dynalite, type Answer, type DynaliteOptions } from './dynalite.ts';
import { expireItems } from './time-to-live.ts';

/** A table in the data folder has another primary key than the template's. */
export class TableMismatchError extends Error {
  override readonly name = 'TableMismatchError';
}

interface DynamoDbOptions extends DynaliteOptions {
  readonly store: Store;
}

interface TableDescription {
  readonly TableStatus: string;
  readonly KeySchema: unknown;
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

const OF_THE_TEMPLATE = /^(Create|Delete|Update)(Table|GlobalTable|TimeToLive|ContinuousBackups)$/;

const BATCHES = new Set(['BatchGetItem', 'BatchWriteItem']);
const INDEXED = new Set(['Query', 'Scan']);

// AWS deletes expired items within days; an hour is prompt enough, and cheap
const SWEEP_MS = 3_600_000;

const LOOK_AGAIN_MS = 2;

/** DynamoDB behind the gateway: dynalite in a child process, the roles' permissions before it, and time to live beside it. */
export class DynamoDb implements Service {
  readonly #options: DynamoDbOptions;
  readonly #dynalite: Dynalite;
  readonly #tables = new Map<string, TablePlan>();
  #nextSweep: Cancel = () => {};

  private constructor(options: DynamoDbOptions, dynalite: Dynalite) {
    this.#options = options;
    this.#dynalite = dynalite;
  }

  static async start(options: DynamoDbOptions): Promise<DynamoDb> {
    return new DynamoDb(options, await Dynalite.start(options));
  }

  /**
   * Makes the table unless it is there; its items stay.
   *
   * @throws TableMismatchError when it is there with another primary key
   */
  async provision(table: TablePlan): Promise<void> {
    const { name, keySchema, attributeDefinitions } = table;
    this.#tables.set(name, table);
    let kept = await this.#described(name);
    if (kept === undefined) {
      await this.#dynalite.call('CreateTable', {
        TableName: name,
        KeySchema: keySchema,
        AttributeDefinitions: attributeDefinitions,
        BillingMode: 'PAY_PER_REQUEST',
      });
    }
    // as in AWS, a table takes requests some time after the answer that it is made
    while (kept?.TableStatus !== 'ACTIVE') {
      await pause(LOOK_AGAIN_MS);
      kept = await this.#described(name);
    }
    if (JSON.stringify(kept.KeySchema) !== JSON.stringify(keySchema)) {
      throw new TableMismatchError(
        `table ${name} is kept with the key ${JSON.stringify(kept.KeySchema)}, the template has ${JSON.stringify(keySchema)}; start with --fresh to empty the data folder`,
      );
    }
  }

  /** Begins to let expired items go. */
  startSweeping(): void {
    const sweep = async (): Promise<void> => {
      for (const { name, ttlAttribute, keySchema } of this.#tables.values()) {
        if (ttlAttribute === undefined) continue;
        const keyNames = keySchema.map(({ AttributeName }) => AttributeName);
        const { clock, log, store } = this.#options;
        const table = { table: name, ttlAttribute, keyNames, nowMs: clock.now() };
        const count = await expireItems(this.#dynalite, store, table);
        if (count === 0) continue;
        new Tally(store).add('expired-rows', count);
        log('rows whose time to live was over are gone', { table: name, count });
      }
    };
    this.#nextSweep = this.#options.clock.after(SWEEP_MS, () => {
      sweep().catch((error: unknown) => {
        this.#options.log('expiring items failed; trying again', { error });
      });
      this.startSweeping();
    });
  }

  async stop(): Promise<void> {
    this.#nextSweep();
    await this.#dynalite.stop();
  }

  async handle(request: ServiceRequest): Promise<void> {
    const { incoming, response, requestId } = request;
    try {
      const target = String(incoming.headers['x-amz-target']);
      const operation = target.slice(target.lastIndexOf('.') + 1);
      const body = await readBody(incoming);
      const own = this.#answerOurselves(operation, body, request);
      const answer = own ?? (await this.#dynalite.send(incoming.headers, body));
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

  async #described(name: string): Promise<TableDescription | undefined> {
    try {
      return (
        (await this.#dynalite.call('DescribeTable', { TableName: name })) as { Table: TableDescription }
      ).Table;
    } catch (error) {
      if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  }

  /** Checks the caller and the operation. @returns the answer where dynalite has none */
  #answerOurselves(operation: string, body: Buffer, { principal }: ServiceRequest): Answer | undefined {
    const input = parseInput(body);
    if (!PASSED_ON.has(operation) && operation !== 'DescribeTimeToLive') {
      throw notImplemented(
        `DynamoDB ${operation}${OF_THE_TEMPLATE.test(operation) ? ' (tables come from the template: add it there, and start again)' : ''}`,
      );
    }
    for (const resource of this.#resources(operation, input)) {
      authorize(principal, `dynamodb:${operation}`, resource);
    }
    checkRequestLimits(input);
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

  /**
   * What a request is about, as ARNs. Read from the fields that the operation itself reads: a field of another operation
   * is passed over by DynamoDB, and says nothing about the table that is meant.
   */
  #resources(operation: string, input: Readonly<Record<string, unknown>>): string[] {
    if (BATCHES.has(operation)) {
      const items = input['RequestItems'];
      const names = typeof items === 'object' && items !== null ? Object.keys(items) : [];
      return names.length === 0 ? ['*'] : names.map((name) => this.#arnOf(name));
    }
    if (operation === 'ListTagsOfResource') return [asText(input['ResourceArn'] ?? '*')];
    if (operation === 'ListTables' || input['TableName'] === undefined) return ['*'];
    const index = INDEXED.has(operation) ? input['IndexName'] : undefined;
    return [this.#arnOf(input['TableName']) + (index === undefined ? '' : `/index/${asText(index)}`)];
  }

  #arnOf(table: unknown): string {
    const { region, accountId } = this.#options;
    return `arn:aws:dynamodb:${region}:${accountId}:table/${tableName(table)}`;
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A request may name a table by its ARN. */
const tableName = (nameOrArn: unknown): string => asText(nameOrArn).replace(/^arn:[^/]*:table\//, '');

function asAwsError(caught: unknown): AwsError {
  if (caught instanceof AccessDeniedError) return new AwsError('AccessDeniedException', caught.message);
  if (caught instanceof AwsError) return caught;
  // dynalite is away for a moment: an SDK tries such an answer again
  return new AwsError('InternalServerError', `DynamoDB did not answer: ${(caught as Error).message}`, 500);
}
