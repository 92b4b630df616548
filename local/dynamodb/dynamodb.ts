import { AwsError, notImplemented } from '../protocols/aws-error.ts';
import { parseInput } from '../protocols/aws-json.ts';
import { readBody } from '../protocols/request-body.ts';
import type { Cancel } from '../clock.ts';
import type { Service, ServiceRequest } from '../gateway.ts';
import { AccessDeniedError, authorize } from '../iam.ts';
import { KmsKeys } from '../kms/kms-keys.ts';
import type { TablePlan } from '../plan.ts';
import type { Store } from '../store.ts';
import { Tally } from '../storage/tally.ts';
import { checkIndexProjection } from './index-projection.ts';
import { RequestGate } from './request-gate.ts';
import { leadingKeys } from './leading-keys.ts';
import { checkRequestLimits } from './request-limits.ts';
import { provisionTable } from './table-provision.ts';
import { CONTENT_TYPE, Dynalite, type DynaliteOptions } from './dynalite.ts';
import type { Answer } from './table-store-connections.ts';
import { expireItems } from './time-to-live.ts';

interface DynamoDbOptions extends DynaliteOptions {
  readonly store: Store;
  /** Whose use is asked of callers. @default those of AWS, which ask nobody */
  readonly keys?: KmsKeys;
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
/** What a table is, without a look at its items. */
const TELLS_ONLY = new Set(['DescribeTable', 'DescribeTimeToLive']);

const INDEXED = new Set(['Query', 'Scan']);

// AWS deletes expired items within days; an hour is prompt enough, and cheap
const SWEEP_MS = 3_600_000;

/** DynamoDB behind the gateway: dynalite in a child process, the roles' permissions before it, and time to live beside it. */
export class DynamoDb implements Service {
  readonly #options: DynamoDbOptions;
  readonly #dynalite: Dynalite;
  readonly #keys: KmsKeys;
  readonly #gate = new RequestGate();
  readonly #tables = new Map<string, TablePlan>();
  #nextSweep: Cancel = () => {};

  private constructor(options: DynamoDbOptions, dynalite: Dynalite) {
    this.#options = options;
    this.#keys = options.keys ?? new KmsKeys(options);
    this.#dynalite = dynalite;
  }

  /** @param started the table store of the same options, where it was begun before @default it is started now */
  static async start(options: DynamoDbOptions, started?: Promise<Dynalite>): Promise<DynamoDb> {
    return new DynamoDb(options, await (started ?? Dynalite.start(options)));
  }

  /**
   * Makes the table unless it is there, and gives it the indexes of the template; its items stay.
   *
   * @throws TableMismatchError when it is there with another primary key, or another index of the same name
   */
  async provision(table: TablePlan): Promise<void> {
    // a write under way would leave its row out of an index that is being made
    for (const { index, how } of await this.#gate.close(() => provisionTable(this.#dynalite, table))) {
      this.#options.log(`an index is ${how} as the template says`, { table: table.name, index });
    }
    this.#tables.set(table.name, table);
  }

  /** Begins to let expired items go. */
  startSweeping(): void {
    const sweep = async (): Promise<void> => {
      for (const { name, ttlAttribute, keySchema } of this.#tables.values()) {
        if (ttlAttribute === undefined) continue;
        const keyNames = keySchema.map(({ AttributeName }) => AttributeName);
        const { clock, log, store } = this.#options;
        const table = { table: name, ttlAttribute, keyNames, nowMs: clock.now() };
        const caller = {
          call: (name: string, input: object) => this.#gate.pass(() => this.#dynalite.call(name, input)),
        };
        const count = await expireItems(caller, store, table);
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
      const body = await readBody(request);
      const own = this.#answerOurselves(operation, body, request);
      const answer = own ?? (await this.#gate.pass(() => this.#dynalite.send(incoming.headers, body)));
      if (response.destroyed) return;
      response.writeHead(answer.status, { ...answer.headers, 'content-length': answer.body.length });
      response.end(answer.body);
    } catch (caught) {
      if (response.destroyed) return;
      const error = asAwsError(caught);
      response.writeHead(error.status, { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId });
      const namespace = error.status < 500 ? 'com.amazonaws.dynamodb.v20120810#' : '';
      response.end(JSON.stringify({ __type: namespace + error.code, message: error.message }));
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
    for (const { resource, table } of this.#asked(operation, input)) {
      const keys = table === undefined ? undefined : leadingKeys(operation, table, input);
      authorize(principal, `dynamodb:${operation}`, resource, {
        context: keys === undefined ? {} : { 'dynamodb:leadingkeys': keys },
      });
      if (table !== undefined && !TELLS_ONLY.has(operation)) {
        this.#keys.authorize(principal, {
          key: table.keyId,
          actions: ['kms:Decrypt'],
          via: 'dynamodb',
          encryptionContext: {
            'aws:dynamodb:tableName': table.name,
            'aws:dynamodb:subscriberId': this.#options.accountId,
          },
        });
      }
    }
    checkRequestLimits(input);
    const table = this.#tables.get(tableName(input['TableName'] ?? ''));
    if (INDEXED.has(operation) && table !== undefined) checkIndexProjection(table, input);
    const onFailure = input['ReturnValuesOnConditionCheckFailure'];
    if (onFailure !== undefined && onFailure !== 'NONE') {
      throw notImplemented(`DynamoDB ReturnValuesOnConditionCheckFailure ${JSON.stringify(onFailure)}`);
    }
    if (operation !== 'DescribeTimeToLive') return undefined;
    const ttlAttribute = table?.ttlAttribute;
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
   * What a request is about, as ARNs, each with the table of the template that it is of. Read from the fields that the operation itself reads: a field of another operation
   * is passed over by DynamoDB, and says nothing about the table that is meant.
   */
  #asked(
    operation: string,
    input: Readonly<Record<string, unknown>>,
  ): { readonly resource: string; readonly table?: TablePlan | undefined }[] {
    if (BATCHES.has(operation)) {
      const items = input['RequestItems'];
      const names = typeof items === 'object' && items !== null ? Object.keys(items) : [];
      const asked = names.map((name) => ({
        resource: this.#arnOf(name),
        table: this.#tables.get(tableName(name)),
      }));
      return asked.length === 0 ? [{ resource: '*' }] : asked;
    }
    if (operation === 'ListTagsOfResource') return [{ resource: asText(input['ResourceArn'] ?? '*') }];
    if (operation === 'ListTables' || input['TableName'] === undefined) return [{ resource: '*' }];
    const index = INDEXED.has(operation) ? input['IndexName'] : undefined;
    const resource = this.#arnOf(input['TableName']) + (index === undefined ? '' : `/index/${asText(index)}`);
    return [{ resource, table: this.#tables.get(tableName(input['TableName'])) }];
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
