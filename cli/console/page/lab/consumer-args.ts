import { SHARED_LISTS } from './shared-lists.ts';
import { type JsonValue, writeJson } from '../../../../shared/event-pattern/pattern-json.ts';

/** What `sluice add consumer` is told for a pattern. */
export interface ConsumerArgs {
  readonly args: readonly string[];
  /** Why the entry that it writes has another pattern, so that this one is put in its place; undefined where it has this one. */
  readonly whyOther: string | undefined;
}

type Fields = ReadonlyMap<string, JsonValue>;

const HEARS: Readonly<Record<string, readonly string[]>> = {
  '["Object Created"]': ['--created'],
  '["Object Deleted"]': ['--deleted'],
  '["Object Created","Object Deleted"]': ['--created', '--deleted'],
  '["Object Deleted","Object Created"]': ['--created', '--deleted'],
};

/** The words that make a consumer of this pattern, which reads and keeps nothing: what it does with an event is said by flags too. */
export function consumerArgs(pattern: JsonValue, name: string): ConsumerArgs {
  const fields = fieldsOf(pattern);
  const detail = fieldsOf(fields.get('detail'));
  const types = fields.get('detail-type');
  const hears = types === undefined ? undefined : HEARS[writeJson(types)];
  const keys = keyArgs(fieldsOf(detail.get('object')).get('key'));
  const hearsDeletes = hears?.includes('--deleted') === true;
  const or = detail.get('$or');
  const whyOther =
    hears === undefined
      ? 'it hears of other changes than objects created and deleted'
      : keys === undefined
        ? 'its keys are no list of beginnings and endings'
        : hearsDeletes && (or === undefined || writeJson(or) !== SHARED_LISTS.OF_THE_CURRENT_OBJECT)
          ? 'a consumer that hears of deletes is given those of current objects alone'
          : moreAsked(fields, detail, hearsDeletes);
  return {
    args: [
      'add',
      'consumer',
      name,
      ...(keys ?? []),
      ...(hears ?? ['--created']),
      '--reads',
      'nothing',
      '--keeps',
      'nothing',
    ],
    whyOther,
  };
}

function moreAsked(fields: Fields, detail: Fields, hasOr: boolean): string | undefined {
  const more = [
    ...fields.keys().filter((field) => !['source', 'account', 'detail-type', 'detail'].includes(field)),
    ...detail
      .keys()
      .filter((field) => field !== 'object' && field !== 'bucket' && !(hasOr && field === '$or'))
      .map((field) => `detail.${field}`),
    ...fieldsOf(detail.get('object'))
      .keys()
      .filter((field) => field !== 'key')
      .map((field) => `detail.object.${field}`),
  ];
  return more.length === 0 ? undefined : `it asks for ${more.join(', ')} too`;
}

/** Flags for a list of keys that the verb can write: prefixes, suffixes in any case, or every prefix with every suffix. */
function keyArgs(list: JsonValue | undefined): readonly string[] | undefined {
  if (list?.kind !== 'array') return undefined;
  if (writeJson(list) === SHARED_LISTS.NOT_A_FOLDER) return [];
  const matchers = list.items.map(
    (item): readonly [string, JsonValue] => [...fieldsOf(item)][0] ?? ['', item],
  );
  const prefixes = matchers.flatMap(([operator, text]) =>
    operator === 'prefix' ? textsOf(text, 'prefix') : [],
  );
  if (prefixes.length === matchers.length) return flags('--prefix', prefixes);
  const suffixes = matchers.flatMap(([operator, operand]) =>
    operator === 'suffix' ? textsOf(fieldsOf(operand).get('equals-ignore-case'), 'suffix') : [],
  );
  if (suffixes.length === matchers.length) return flags('--suffix', suffixes);
  return productArgs(
    matchers.flatMap(([operator, text]) =>
      operator === 'wildcard' && text.kind === 'string' ? [text.value] : [],
    ),
    matchers.length,
  );
}

/** `["a/*.x","a/*.y"]` → `--prefix a/ --suffix .x --suffix .y` */
function productArgs(wildcards: readonly string[], wanted: number): readonly string[] | undefined {
  const parts = wildcards.map((wildcard) => wildcard.split(/\*(.*)/s));
  const prefixes = [...new Set(parts.map(([prefix = '']) => prefix))];
  const suffixes = [...new Set(parts.map(([, suffix = '']) => suffix))];
  const product = prefixes.flatMap((prefix) => suffixes.map((suffix) => `${prefix}*${suffix}`));
  const isWhole =
    wildcards.length === wanted &&
    product.length === wanted &&
    product.every((one, at) => one === wildcards[at]);
  const areTaken =
    prefixes.every((text) => isTaken(text, 'prefix')) && suffixes.every((text) => isTaken(text, 'suffix'));
  return isWhole && areTaken ? [...flags('--prefix', prefixes), ...flags('--suffix', suffixes)] : undefined;
}

const flags = (flag: string, texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => [flag, text]);

const textsOf = (value: JsonValue | undefined, flag: 'prefix' | 'suffix'): readonly string[] =>
  value?.kind === 'string' && isTaken(value.value, flag) ? [value.value] : [];

/** What the verb refuses in a prefix or a suffix is said by the pattern alone. */
const isTaken = (text: string, flag: 'prefix' | 'suffix'): boolean =>
  text !== '' && !/[*?\\\p{Cc}]|\$\{/u.test(text) && !(flag === 'suffix' && text.endsWith('/'));

const fieldsOf = (value: JsonValue | undefined): Fields =>
  new Map(value?.kind === 'object' ? value.fields : []);
