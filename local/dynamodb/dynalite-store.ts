// The parts of dynalite that are used here beside its server: it has no types of its own.

/** `{ "S": "csv/orders.csv" }` */
type Value = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Value>>;

export interface KeyElement {
  readonly AttributeName: string;
}

export interface Definition {
  readonly AttributeName: string;
  readonly AttributeType: string;
}

export interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly IndexStatus?: string;
}

export interface Table {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly Definition[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
}

export interface Put {
  readonly type: 'put';
  readonly key: string;
  readonly value: unknown;
}

export interface Level {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  batch(operations: readonly Put[]): Promise<void>;
  clear(range: Range): Promise<void>;
  values(range: Range): AsyncIterable<unknown>;
}

export interface Range {
  readonly gte: string;
  readonly lt: string;
}

export interface DynaliteStore {
  readonly db: Level;
}

export interface DynaliteDb {
  validationError(message: string): Error;
  getIndexActions(
    indexes: readonly Index[],
    before: undefined,
    item: Item,
    table: Table,
  ): { readonly puts: readonly { readonly key: string; readonly item: unknown }[] };
}

/** What dynalite lets the fields of an operation be. */
export type FieldTypes = Record<string, FieldType>;

interface FieldType {
  readonly notNull?: boolean;
  readonly children?: FieldType & FieldTypes;
}
