import { createRequire } from 'node:module';
import { rememberingParser } from '../../../local/dynamodb/remembering-parser.ts';

/** A value as DynamoDB's wire has it: `{ "S": "a" }`. */
type AttributeValue = Record<string, string | boolean>;

export type Item = Readonly<Record<string, AttributeValue>>;

interface Parsed {
  readonly expression: object;
  /** What stands in the parsed expression for each placeholder: filled in anew each time. */
  readonly values: Readonly<Record<string, AttributeValue>>;
}

const store = createRequire(import.meta.url)('dynalite/db') as {
  readonly matchesExprFilter: (item: Item, expression: object) => boolean;
  readonly compare: unknown;
};
const parser = rememberingParser('dynalite/db/conditionParser');
const parsed = new Map<string, Parsed>();

/** Whether a put with this condition would be let through over the item, as the local table store decides it: parser and comparison are its own. */
export function isMet(
  text: string,
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, unknown>>,
  item: Item,
): boolean {
  const { expression, values: places } = parse(text, names, Object.keys(values));
  for (const [name, place] of Object.entries(places)) {
    for (const type of Object.keys(place)) delete place[type];
    Object.assign(place, attributeValue(values[name]));
  }
  return store.matchesExprFilter(item, expression);
}

function parse(
  text: string,
  names: Readonly<Record<string, string>>,
  placeholders: readonly string[],
): Parsed {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const values = Object.fromEntries(
    placeholders.map((name): [string, AttributeValue] => [name, { S: name }]),
  );
  const context = { attrNames: names, attrVals: values, isReserved: () => false, compare: store.compare };
  const result = parser.parse(text, { context });
  if (typeof result === 'string') throw new Error(`the condition ${text} is refused: ${result}`);
  const made = { expression: (result as { expression: object }).expression, values };
  parsed.set(text, made);
  return made;
}

/** @throws Error for a value that no condition compares */
export function attributeValue(value: unknown): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  throw new Error(`a condition compares ${JSON.stringify(value)}: say here how the wire writes it`);
}
