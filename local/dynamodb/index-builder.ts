import { createRequire } from 'node:module';
import type {
  Definition,
  DynaliteDb,
  DynaliteStore,
  FieldTypes,
  Index,
  Item,
  KeyElement,
  Level,
  Put,
  Range,
  Table,
} from './dynalite-store.ts';

// What dynalite lacks: it makes an index with its table alone, and passes over in silence one that UpdateTable asks for. Runs in its
// process, on its store. A table's description is written first, with the index as `CREATING`, then the index, then `ACTIVE`:
// of a process that was killed in between, the next one hears the same request again, and makes the index anew.

interface UpdateTable {
  readonly TableName: string;
  readonly AttributeDefinitions?: readonly Definition[];
  readonly GlobalSecondaryIndexUpdates?: readonly {
    readonly Create?: Index;
    readonly Delete?: { readonly IndexName: string };
  }[];
}

type Answer = (error: unknown, output?: object) => void;

const ROWS_AT_A_TIME = 500;

/** Everything in dynalite's one file of keys that begins so; its keys are ASCII. */
const within = (prefix: string): Range => ({ gte: prefix, lt: `${prefix}\u{7f}` });

const entriesOf = ({ TableName }: Table, { IndexName }: Index): string =>
  `index-global~${TableName}~${IndexName}~`;

/** Takes the place of dynalite's own UpdateTable. To be called before dynalite is loaded, which asks for its actions once. */
export function installIndexBuilder(): void {
  const require = createRequire(import.meta.url);
  const db = require('dynalite/db') as DynaliteDb;
  const { types } = require('dynalite/validations/updateTable') as { types: FieldTypes };
  const ofCreateTable = require('dynalite/validations/createTable') as { types: FieldTypes };
  // to remove an index wants none
  const { notNull: _, ...optional } = ofCreateTable.types['AttributeDefinitions'] ?? {};
  types['AttributeDefinitions'] = optional;
  // a table that is paid by request has none
  delete types['GlobalSecondaryIndexUpdates']?.children?.children?.['Create']?.children?.[
    'ProvisionedThroughput'
  ];
  const action = require.resolve('dynalite/actions/updateTable');
  require(action);
  let builder: IndexBuilder | undefined;
  require.cache[action]!.exports = ({ db: level }: DynaliteStore, input: UpdateTable, answer: Answer) => {
    builder ??= new IndexBuilder(level, db);
    builder.update(input).then(
      (TableDescription) => answer(null, { TableDescription }),
      (error: unknown) => answer(error),
    );
  };
}

/** Adds and removes the indexes of dynalite's tables. */
class IndexBuilder {
  readonly #level: Level;
  readonly #db: DynaliteDb;
  /** What this process is at, by the beginning of an index's keys. */
  readonly #building = new Set<string>();

  constructor(level: Level, db: DynaliteDb) {
    this.#level = level;
    this.#db = db;
  }

  /** Answers before a new index is made, as in AWS; the same may be asked again, which goes on with what was broken off. */
  async update({ TableName, AttributeDefinitions = [], GlobalSecondaryIndexUpdates = [] }: UpdateTable) {
    const [update] = GlobalSecondaryIndexUpdates;
    const table = await this.#read(TableName);
    if (update?.Create !== undefined) return await this.#add(table, update.Create, AttributeDefinitions);
    if (update?.Delete !== undefined) return await this.#remove(table, update.Delete.IndexName);
    throw this.#db.validationError('UpdateTable adds or removes an index here, and nothing else');
  }

  async #add(table: Table, asked: Index, definitions: readonly Definition[]): Promise<Table> {
    const { GlobalSecondaryIndexes: before = [], TableArn } = table;
    const defined = [
      ...table.AttributeDefinitions,
      ...definitions.filter((one) => !isDefined(table.AttributeDefinitions, one)),
    ];
    const known = before.find(isNamed(asked.IndexName));
    if (known !== undefined) {
      if (known.IndexStatus === 'CREATING') this.#begin(table, known);
      return table;
    }
    const unknown = asked.KeySchema.find((key) => !isDefined(defined, key));
    if (unknown !== undefined) {
      throw this.#db.validationError(
        `Some index key attributes are not defined in AttributeDefinitions: ${unknown.AttributeName}`,
      );
    }
    const index = {
      ...asked,
      IndexArn: `${TableArn}/index/${asked.IndexName}`,
      IndexStatus: 'CREATING',
      IndexSizeBytes: 0,
      ItemCount: 0,
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0, NumberOfDecreasesToday: 0 },
    };
    const changed = { ...table, AttributeDefinitions: defined, GlobalSecondaryIndexes: [...before, index] };
    await this.#write(changed);
    this.#begin(changed, index);
    return changed;
  }

  async #remove(table: Table, name: string): Promise<Table> {
    const { GlobalSecondaryIndexes: before = [], ...rest } = table;
    const [gone, left] = [before.find(isNamed(name)), before.filter((index) => !isNamed(name)(index))];
    if (gone === undefined) {
      throw this.#db.validationError(`The table does not have the specified index: ${name}`);
    }
    const keys = [table, ...left].flatMap(({ KeySchema }) => KeySchema);
    const changed = {
      ...rest,
      AttributeDefinitions: table.AttributeDefinitions.filter((one) => isDefined(keys, one)),
      ...(left.length > 0 && { GlobalSecondaryIndexes: left }),
    };
    await this.#write(changed);
    await this.#level.clear(within(entriesOf(table, gone)));
    return changed;
  }

  #begin(table: Table, index: Index): void {
    const entries = entriesOf(table, index);
    if (this.#building.has(entries)) return;
    this.#building.add(entries);
    // an error ends the process, with what it is about, and another takes its place
    void this.#build(table, index).finally(() => this.#building.delete(entries));
  }

  /** Leaves the index with exactly the rows that have its keys. No request may come meanwhile. */
  async #build(table: Table, index: Index): Promise<void> {
    const entries = entriesOf(table, index);
    // of an earlier index of the name, or of a building that was broken off
    await this.#level.clear(within(entries));
    let puts: Put[] = [];
    for await (const value of this.#level.values(within(`item-${table.TableName}~`))) {
      const item = value as Item;
      if (!hasKeys(table, index, item)) continue;
      for (const { key, item: entry } of this.#db.getIndexActions([index], undefined, item, table).puts) {
        puts.push({ type: 'put', key: entries + key, value: entry });
      }
      if (puts.length < ROWS_AT_A_TIME) continue;
      await this.#level.batch(puts);
      puts = [];
    }
    await this.#level.batch(puts);
    const now = await this.#read(table.TableName);
    await this.#write({
      ...now,
      GlobalSecondaryIndexes: (now.GlobalSecondaryIndexes ?? []).map((one) =>
        isNamed(index.IndexName)(one) ? { ...one, IndexStatus: 'ACTIVE' } : one,
      ),
    });
  }

  async #read(name: string): Promise<Table> {
    return (await this.#level.get(`table~${name}`)) as Table;
  }

  async #write(table: Table): Promise<void> {
    await this.#level.put(`table~${table.TableName}`, table);
  }
}

const isNamed =
  (name: string) =>
  ({ IndexName }: Index): boolean =>
    IndexName === name;

const isDefined = (definitions: readonly KeyElement[], { AttributeName }: KeyElement): boolean =>
  definitions.some((one) => one.AttributeName === AttributeName);

/** As in AWS, a row whose attribute is of another type, or empty, is in the table and not in the index. */
function hasKeys({ AttributeDefinitions }: Table, { KeySchema }: Index, item: Item): boolean {
  return KeySchema.every(({ AttributeName }) => {
    const { AttributeType } = AttributeDefinitions.find((one) => one.AttributeName === AttributeName)!;
    const value = item[AttributeName]?.[AttributeType];
    return value !== undefined && value !== '';
  });
}
