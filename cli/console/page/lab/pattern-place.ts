import { readJson, writeJson } from '../../../../shared/event-pattern/pattern-json.ts';
import { after, type OpenPart, tokensOf } from './pattern-tokens.ts';

/** Part of a text, from its first character to behind its last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where in the text of a pattern, which must be JSON, that stands which a message names; the last place of several.
 *
 * @param message `event pattern at detail.object.key: prefx: {"prefx":"csv/"}: there is …`; undefined where it names the whole
 */
export function placeOfMistake(text: string, message: string): Span | undefined {
  const named = /^event pattern at (.*)/s.exec(message)?.[1];
  if (named === undefined) return undefined;
  const spots = spotsOf(text).filter(({ path }) => named.startsWith(`${path}: `));
  const same = spots.filter(({ start, end }) => named.includes(`: ${jsonAt(text, start, end)}: `));
  return (same.length > 0 ? same : spots).at(-1);
}

/** Every value in the text, with the path of its field: `detail.object.key` for its list, and for each element of it. */
function spotsOf(text: string): readonly (Span & { readonly path: string })[] {
  const spots: (Span & { readonly path: string })[] = [];
  let open: readonly OpenPart[] = [];
  for (const token of tokensOf(text)) {
    const inner = open.at(-1);
    const isClosing = token.kind === '}' || token.kind === ']';
    const outer = isClosing ? open.at(-2) : inner;
    const isValue =
      isClosing || ((token.kind === 'string' || token.kind === 'word') && outer?.wants !== 'name');
    if (isValue && outer !== undefined) {
      spots.push({ path: pathIn(outer), start: isClosing ? inner!.start : token.start, end: token.end });
    }
    open = after(open, token);
  }
  return spots;
}

/** The path of what stands in it: of a field's value, of an element of a list, of an operator's value. */
function pathIn({ role, path, names }: OpenPart): string {
  if (role === 'alternatives') return [...path, '$or'].join('.');
  return (role === 'pattern' ? [...path, names.at(-1) ?? ''] : path).join('.');
}

const jsonAt = (text: string, start: number, end: number): string =>
  writeJson(readJson(text.slice(start, end)));

/** @returns both from 1 */
export function lineAndColumn(
  text: string,
  position: number,
): { readonly line: number; readonly column: number } {
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
