import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { allows } from '../allows.ts';
import type { AnyTable } from '../any-table.ts';
import { keepsText, type Keeps, type RowsKept } from '../../shared/keeps.ts';
import type { ConsumerDefinition } from '../consumer-definition.ts';
import { storesOf, type PipelineStores } from '../stores.ts';

/**
 * Refuses, at synth, a consumer that says it keeps what it cannot keep, or where another keeps something already: nobody
 * could tell then what became of an object.
 *
 * @throws Error naming the consumer, the value and what to do
 */
export function checkKeeps(consumers: readonly ConsumerDefinition[], stores: PipelineStores): void {
  const taken = new Map<string, string>();
  for (const definition of consumers) {
    checkOne(definition, stores);
    for (const place of placesOf(definition.keeps)) {
      const [other, name] = [...taken].find(([one]) => overlap(one, place)) ?? [];
      if (other !== undefined) {
        throw refusal(
          definition,
          `it keeps what it makes in ${place}, and ${name} in ${other}; give it a place of its own`,
        );
      }
      taken.set(place, definition.name);
    }
  }
}

/** Prefixes end in a slash: one may lie within the other. */
const overlap = (one: string, other: string): boolean =>
  one === other ||
  [[one, other] as const, [other, one] as const].some(
    ([outer, inner]) => outer.endsWith('/') && inner.startsWith(outer),
  );

/** In words, where the consumer keeps what it keeps. */
function placesOf(keeps: Keeps): readonly string[] {
  if (keeps === 'nothing') return [];
  if ('rows' in keeps) return [`the table of ${keeps.rows.table}`];
  return ['lines' in keeps ? keeps.lines : keeps.objects];
}

function checkOne(definition: ConsumerDefinition, stores: PipelineStores): void {
  const { keeps } = definition;
  try {
    keepsText(keeps);
  } catch (cause) {
    throw refusal(definition, (cause as Error).message, { cause });
  }
  if (keeps === 'nothing') return;
  const own = storesOf(definition, stores);
  const may = definition.grants?.(own) ?? [];
  if ('rows' in keeps) {
    checkKey(definition, keeps.rows, own.table);
    if (!may.some((statement) => allows(statement, 'dynamodb:PutItem', own.table.tableArn))) {
      throw refusal(
        definition,
        `it keeps rows in ${keeps.rows.table}, and may not dynamodb:PutItem there; add it to its grants`,
      );
    }
    return;
  }
  const prefix = 'lines' in keeps ? keeps.lines : keeps.objects;
  if (
    !may.some((statement) => allows(statement, 's3:PutObject', own.outputBucket.arnForObjects(`${prefix}*`)))
  ) {
    throw refusal(
      definition,
      `it keeps something under ${prefix} of the output bucket, and may not s3:PutObject on ${prefix}* there; add it to its grants`,
    );
  }
}

function checkKey(
  definition: ConsumerDefinition,
  { table: output, key, index }: RowsKept,
  table: AnyTable,
): void {
  // of one that is only named here, nobody can tell
  if (!(table instanceof Table)) return;
  const { partitionKeys, sortKeys } = table.schemaV2();
  const wanted = [...partitionKeys, ...sortKeys].map(({ name }) => name);
  const said = Object.keys(key);
  if (said.join('\n') !== wanted.join('\n')) {
    throw refusal(
      definition,
      `its rows have the key ${said.join(', ')}, and the table of ${output} has ${wanted.join(', ')}; write these, in this order`,
    );
  }
  if (index !== undefined && said.includes(index.attribute)) {
    throw refusal(
      definition,
      `its index ${index.name} is made of ${index.attribute}, which every row has; name an attribute of those rows alone that somebody should look at`,
    );
  }
}

function refusal({ name }: ConsumerDefinition, message: string, options?: ErrorOptions): Error {
  return new Error(`consumer ${name}: ${message}`, options);
}
