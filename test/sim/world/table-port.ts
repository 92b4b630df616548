import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Breakage } from '../breakage.ts';
import type { Checks } from '../checks/checks.ts';
import { attributeValue, isMet, type Item } from './condition.ts';
import type { Row } from './row.ts';
import type { SdkCall } from './sdk-port.ts';
import type { CallFault, ServiceCalls } from './service-calls.ts';

interface HeldRow {
  readonly row: Row;
  /** What conditions compare, as the wire has it. */
  readonly item: Item;
}

/** A table of the template. */
export interface TableShape {
  readonly name: string;
  /** Names of the attributes of the primary key. */
  readonly key: readonly string[];
}

const COMPARED = ['sequencer', 'revision', 'last_modified', 'observed_at'];

const failure = (name: string) => (): Error => Object.assign(new Error(`${name} (injected)`), { name });

const FAULTS: readonly CallFault[] = [
  { fault: 'table-throttled', error: failure('ProvisionedThroughputExceededException') },
  { fault: 'table-500', error: failure('InternalServerError') },
  { fault: 'table-applied-then-reset', error: failure('ECONNRESET'), isApplied: true },
  { fault: 'table-hangs', error: failure('TimeoutError'), afterMs: 5_000 },
];

/** DynamoDB in memory: whole rows, put under a condition that the local table store's own code evaluates. */
export class TablePort {
  readonly #calls: ServiceCalls;
  readonly #checks: Checks;
  readonly #breakage: Breakage;
  readonly #shapes: ReadonlyMap<string, TableShape>;
  readonly #rows = new Map<string, Map<string, HeldRow>>();
  /** Tables whose consumer has a revision more than its code says, as its next version would have. */
  readonly raised = new Set<string>();

  constructor(
    shapes: readonly TableShape[],
    ground: { calls: ServiceCalls; checks: Checks; breakage: Breakage },
  ) {
    this.#calls = ground.calls;
    this.#checks = ground.checks;
    this.#breakage = ground.breakage;
    this.#shapes = new Map(shapes.map((shape) => [shape.name, shape]));
    for (const { name } of shapes) this.#rows.set(name, new Map());
  }

  async answer({ name, input }: SdkCall): Promise<unknown> {
    const table = String(input['TableName']);
    const values = (input['Item'] ?? input['Key']) as Row;
    const key = this.#keyOf(table, values);
    const { sequencer = '' } = values as { readonly sequencer?: string };
    const about = `${name} ${table} ${key} ${sequencer}`;
    return await this.#calls.make({
      service: 'table',
      about,
      faults: FAULTS,
      apply: () => (name === 'PutCommand' ? this.#put(table, key, input) : this.#get(table, key)),
    });
  }

  rows(table: string): ReadonlyMap<string, HeldRow> {
    return this.#rows.get(table)!;
  }

  row(table: string, key: string): Row | undefined {
    return this.#rows.get(table)!.get(key)?.row;
  }

  #get(table: string, key: string): object {
    const row = this.row(table, key);
    if (row === undefined) return {};
    return { Item: this.raised.has(table) ? { ...row, revision: Number(row['revision']) - 1 } : row };
  }

  #put(table: string, key: string, input: SdkCall['input']): object {
    const row = this.#written(table, input['Item'] as Row);
    const held = this.#rows.get(table)!.get(key);
    const values = this.#comparedTo(table, (input['ExpressionAttributeValues'] ?? {}) as Row);
    const names = input['ExpressionAttributeNames'] as Readonly<Record<string, string>>;
    const condition = this.#breakage.condition(String(input['ConditionExpression']));
    if (condition !== undefined && !isMet(condition, names, values, held?.item ?? {})) {
      throw new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
    }
    this.#checks.rowReplaced(table, held?.row, row);
    this.#rows.get(table)!.set(key, { row, item: itemOf(row) });
    return {};
  }

  #written(table: string, item: Row): Row {
    const row = Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
    return this.raised.has(table) ? { ...row, revision: Number(row['revision']) + 1 } : row;
  }

  #comparedTo(table: string, values: Row): Row {
    if (!this.raised.has(table)) return values;
    return { ...values, ':revision': Number(values[':revision']) + 1 };
  }

  #keyOf(table: string, values: Row): string {
    const { key } = this.#shapes.get(table)!;
    return key.map((attribute) => String(values[attribute])).join('\n');
  }
}

function itemOf(row: Row): Item {
  const item: Record<string, Item[string]> = {};
  for (const name of COMPARED) if (row[name] !== undefined) item[name] = attributeValue(row[name]);
  return item;
}
