import { type JsonValue, readJson, writeJson } from '../../../../shared/event-pattern/pattern-json.ts';

type Fields = Extract<JsonValue, { readonly kind: 'object' }>['fields'];

/**
 * The pattern that wants the value in the field too, or no longer wants it. In a list that is there the value becomes another
 * one of which any will do.
 *
 * @param path names of the fields from the root; no `$or`
 * @param matcher as JSON text: `"PutObject"`, `{"prefix":"csv/"}`
 */
export function withWanted(pattern: JsonValue, path: readonly string[], matcher: string): JsonValue {
  return changed(pattern, path, matcher) ?? { kind: 'object', fields: [] };
}

/** Whether the list of the field has the matcher. */
export function isWanted(pattern: JsonValue, path: readonly string[], matcher: string): boolean {
  const [name, ...rest] = path;
  if (name === undefined) {
    return pattern.kind === 'array' && pattern.items.some((item) => writeJson(item) === matcher);
  }
  const field = pattern.kind === 'object' ? pattern.fields.find(([each]) => each === name)?.[1] : undefined;
  return field !== undefined && isWanted(field, rest, matcher);
}

/** Undefined when nothing is left of it. */
function changed(
  value: JsonValue | undefined,
  [name, ...rest]: readonly string[],
  matcher: string,
): JsonValue | undefined {
  if (name === undefined) return changedList(value, matcher);
  const fields: Fields = value?.kind === 'object' ? value.fields : [];
  const there = fields.find(([each]) => each === name);
  const inner = changed(there?.[1], rest, matcher);
  const left = fields.flatMap((field): Fields => {
    if (field !== there) return [field];
    return inner === undefined ? [] : [[name, inner]];
  });
  const all: Fields = there === undefined && inner !== undefined ? [...left, [name, inner]] : left;
  return all.length === 0 ? undefined : { kind: 'object', fields: all };
}

function changedList(list: JsonValue | undefined, matcher: string): JsonValue | undefined {
  const items = list?.kind === 'array' ? list.items : [];
  const others = items.filter((item) => writeJson(item) !== matcher);
  const all = others.length < items.length ? others : [...items, readJson(matcher)];
  return all.length === 0 ? undefined : { kind: 'array', items: all };
}
