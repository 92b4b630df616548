import type { Row } from '../world/row.ts';
import type { World } from '../world/world.ts';

/** What a replay may not change: rows as they are, by table, and the distinct lines of the ledger. */
export interface State {
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, Row>>;
  readonly identities: number;
}

export function stateOf({ tables, place, ledger }: World): State {
  const rows = new Map(place.tables.map(({ name }) => [name, rowsOf(tables.rows(name))]));
  return { rows, identities: ledger.identities.size };
}

function rowsOf(held: ReadonlyMap<string, { readonly row: Row }>): ReadonlyMap<string, Row> {
  return new Map([...held].map(([key, { row }]) => [key, row]));
}

/** A row that is written again is another object, though it were equal. */
export function nothingChanged(world: World, before: State): void {
  const { checks, ledger } = world;
  for (const { name } of world.place.tables) sameRows(world, before, name);
  if (ledger.identities.size !== before.identities) {
    checks.fail(
      'I3',
      `the ledger has ${ledger.identities.size} distinct lines after a replay, and had ${before.identities}`,
    );
  }
}

/** Every row of the table anew, and no other. */
export function recomputed(world: World, before: State, raised: string): void {
  const { checks, place } = world;
  for (const { name } of place.tables) {
    if (name !== raised) {
      sameRows(world, before, name);
      continue;
    }
    for (const [key, row] of before.rows.get(name)!) {
      const now = world.tables.row(name, key);
      if (now?.['revision'] === Number(row['revision']) + 1) continue;
      checks.fail(
        'I3',
        `the row of ${JSON.stringify(key)} in ${name} was not recomputed by the new revision`,
      );
    }
  }
}

function sameRows({ checks, tables }: World, before: State, table: string): void {
  const were = before.rows.get(table)!;
  const are = tables.rows(table);
  if (were.size !== are.size) {
    checks.fail('I3', `${table} has ${are.size} rows after a replay, and had ${were.size}`);
  }
  for (const [key, { row }] of are) {
    if (were.get(key) !== row) {
      checks.fail('I3', `the row of ${JSON.stringify(key)} in ${table} was written again by a replay`);
    }
  }
}
