import { SHARED_LISTS } from './shared-lists.ts';
import { field, laidOut, list, object, quoted, type Layout } from '../../../add/laid-out.ts';
import { pascalCase } from '../../../../shared/pascal-case.ts';
import { type JsonValue, readJson, writeJson } from '../../../../shared/event-pattern/pattern-json.ts';

/** A pattern as an entry of `infra/consumers/` holds it. */
export interface PatternEntry {
  /** The property, as it stands in the entry: `  pattern: {` … `  },` */
  readonly property: string;
  /** A whole file, of a consumer that keeps nothing. */
  readonly file: string;
  /** What the property names of `infra/consumers/patterns.ts`: `NOT_A_FOLDER` */
  readonly shared: readonly string[];
  /** Fields that no entry can have, and that are left out: `region`. */
  readonly leftOut: readonly string[];
}

/** What every consumer's rule has, whatever its entry says. */
const PINNED = new Set(['source', 'account']);

/**
 * Writes a pattern as TypeScript, like the entries that are there: without what the pipeline pins by itself (source, account,
 * bucket), and with the lists by name that several entries share.
 *
 * @param pattern of which `compilePattern` has taken the text
 * @param name of the consumer, in kebab-case
 */
export function patternEntry(pattern: JsonValue, name: string): PatternEntry {
  const fields = pattern.kind === 'object' ? pattern.fields : [];
  const types = fields.find(([name]) => name === 'detail-type')?.[1];
  const detail = fields.find(([name]) => name === 'detail')?.[1];
  const own: JsonValue = {
    kind: 'object',
    fields: [
      ['detail-type', types ?? readJson(SHARED_LISTS.EVERY_CHANGE)],
      ['detail', withoutBucket(detail)],
    ],
  };
  const property = `  ${laidOut(field('pattern', layoutOf(own)), 2)},\n`;
  const named = namesIn(own);
  const shared = SHARED_NAMES.filter((one) => named.includes(one));
  return {
    property,
    shared,
    file: fileOf(name, property, shared),
    leftOut: fields
      .map(([field]) => field)
      .filter((field) => !['detail-type', 'detail'].includes(field) && !PINNED.has(field)),
  };
}

/** The name of its bucket is pinned, in every rule; more of `bucket` cannot be asked for. */
function withoutBucket(detail: JsonValue | undefined): JsonValue {
  if (detail?.kind !== 'object') return { kind: 'object', fields: [] };
  return { kind: 'object', fields: detail.fields.filter(([name]) => name !== 'bucket') };
}

function layoutOf(value: JsonValue): Layout {
  const shared = sharedName(value);
  if (shared !== undefined) return shared;
  switch (value.kind) {
    case 'object':
      if (value.fields.length === 0) return '{}';
      return object(...value.fields.map(([name, inner]) => field(propertyName(name), layoutOf(inner))));
    case 'array':
      return list(...value.items.map(layoutOf));
    case 'string':
      return quoted(value.value);
    case 'number':
    case 'literal':
    default:
      return writeJson(value);
  }
}

const SHARED_NAMES = Object.keys(SHARED_LISTS) as (keyof typeof SHARED_LISTS)[];

const sharedName = (value: JsonValue): keyof typeof SHARED_LISTS | undefined => {
  const json = writeJson(value);
  return SHARED_NAMES.find((name) => SHARED_LISTS[name] === json);
};

/** The shared lists that the value has in it. */
function namesIn(value: JsonValue): readonly (keyof typeof SHARED_LISTS)[] {
  const name = sharedName(value);
  if (name !== undefined) return [name];
  if (value.kind === 'object') return value.fields.flatMap(([, inner]) => namesIn(inner));
  return value.kind === 'array' ? value.items.flatMap(namesIn) : [];
}

const propertyName = (name: string): string => {
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
};

function fileOf(name: string, property: string, shared: readonly string[]): string {
  const pascal = pascalCase(name);
  return [
    "import type { ConsumerDefinition } from '../consumer-definition.ts';",
    ...(shared.length === 0 ? [] : [`import { ${shared.join(', ')} } from './patterns.ts';`]),
    '',
    `export const ${pascal.charAt(0).toLowerCase()}${pascal.slice(1)} = (): ConsumerDefinition => ({`,
    `  name: ${quoted(name)},`,
    `${property}  keeps: 'nothing',`,
    '});\n',
  ].join('\n');
}
